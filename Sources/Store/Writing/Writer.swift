import Base
import Glibc

/// The writing connection, and when its log is due for a checkpoint.
struct Writer {
  /// 16 MiB of log.
  static let checkpointPages = 4000

  let database: Connection
  private var checkpointDue = Writer.checkpointPages

  init(_ database: Connection) { self.database = database }

  /// Runs the body in one transaction and makes it durable.
  mutating func commit<Result>(
    _ path: String, _ body: (Connection) throws(DatabaseFailure) -> Result
  ) throws(KilnError) -> Result {
    let result: Result
    do throws(DatabaseFailure) {
      try database.run("BEGIN IMMEDIATE")
      result = try body(database)
      try database.run("COMMIT")
    } catch {
      rollBack()
      switch error.kind {
      case .full:
        // A log that is folded is written from its start again: that may be all the room it takes.
        checkpoint(path)
        throw error.error(path)
      case .busy: throw error.error(path)
      case .constraint: preconditionFailure("a rule of the database was broken: \(error.message)")
      case .damaged, .fatal: Writer.stop(error, path)
      }
    }
    checkpointIfDue(path)
    return result
  }

  private func rollBack() {
    guard database.isInTransaction else { return }
    do throws(DatabaseFailure) {
      try database.run("ROLLBACK")
    } catch {
      Writer.stop(error, "the database")
    }
  }

  /// Folds the log into the database once it is long; while readers keep it from being reused, only
  /// after it has grown as much again.
  private mutating func checkpointIfDue(_ path: String) {
    let pages = database.pagesInLog
    if pages < checkpointDue - Writer.checkpointPages { checkpointDue = Writer.checkpointPages }
    guard pages >= checkpointDue else { return }
    checkpoint(path)
    checkpointDue = pages + Writer.checkpointPages
  }

  private func checkpoint(_ path: String) {
    do throws(DatabaseFailure) {
      try database.checkpoint()
    } catch {
      // A full disk leaves everything in the log, which is durable; the next time may do.
      if error.kind != .full { Writer.stop(error, path) }
    }
  }

  /// Ends the process: after a failed fsync the system may forget what it could not write, and a
  /// second one may claim success. Only a new process that reads the disk again knows what is there.
  private static func stop(_ failure: DatabaseFailure, _ path: String) -> Never {
    let line =
      "kiln: the disk failed under \(path): \(failure.message) (code \(failure.code), system error "
      + "\(failure.systemError)); stopping, start it again once the disk is sound\n"
    // Sound: the bytes are an array whose length is passed along. Nothing is left to do with the
    // answer.
    _ = unsafe Array(line.utf8).withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
    _exit(74)
  }
}
