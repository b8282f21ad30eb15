import Base

extension Store {
  /// Makes a batch durable: all of it or nothing. After it returns, the fsync has happened.
  /// - Throws: code `storage` where the disk is full (retry later; nothing was changed). Any other
  ///   failure of the disk ends the process with status 74: an fsync that failed once may not be
  ///   believed when it succeeds again.
  package func commit(_ batch: Batch) throws(KilnError) {
    if batch.isEmpty { return }
    try writer.withLock { (writer) throws(KilnError) in
      try writer.commit(path) { (database) throws(DatabaseFailure) in
        var turn = BatchWriter(batch, in: database)
        try turn.write()
      }
    }
  }
}
