// GauntletCLI
