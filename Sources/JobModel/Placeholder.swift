// JobModel
