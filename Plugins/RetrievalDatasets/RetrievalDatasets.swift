// RetrievalDatasets
