// GauntletKit
