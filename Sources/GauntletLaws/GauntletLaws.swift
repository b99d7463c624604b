// GauntletLaws
