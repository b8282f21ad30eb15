print("kiln-worker")
