// SyntheticDatasets
