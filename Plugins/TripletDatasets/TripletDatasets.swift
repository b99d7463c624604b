// TripletDatasets
