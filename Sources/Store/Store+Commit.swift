import Base

extension Store {
  /// Makes a batch durable: all of it or nothing. After it returns, the fsync has happened.
  /// - Returns: whether it has put messages into the outbox.
  /// - Throws: code `storage` where the disk is full (retry later; nothing was changed). Any other
  ///   failure of the disk ends the process with status 74: an fsync that failed once may not be
  ///   believed when it succeeds again.
  @discardableResult
  package func commit(_ batch: Batch) throws(KilnError) -> Bool {
    if batch.isEmpty { return false }
    return try writer.withLock { (writer) throws(KilnError) in
      try writer.commit(path) { (database) throws(DatabaseFailure) in
        var turn = BatchWriter(batch, in: database)
        try turn.write()
        return turn.hasWrittenNotices
      }
    }
  }
}
