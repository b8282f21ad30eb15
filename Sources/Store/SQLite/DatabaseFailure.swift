import Base
import CSQLite
import Glibc

/// What SQLite, or a row that should not be there, said about a call.
struct DatabaseFailure: Error {
  /// What the caller can do about it.
  enum Kind {
    /// No room on the disk: nothing was changed, a later call may succeed.
    case full
    /// Another program holds the database.
    case busy
    /// A rule of the schema was broken: a mistake of Kiln itself.
    case constraint
    /// The bytes on the disk are not what was written.
    case damaged
    /// The disk failed, or anything else that leaves open what is durable.
    case fatal
  }

  let code: Int32
  let systemError: Int32
  let message: String

  init(code: Int32, systemError: Int32 = 0, message: String) {
    self.code = code
    self.systemError = systemError
    self.message = message
  }

  /// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`.
  private static let synchronising = [SQLITE_IOERR | 4 << 8, SQLITE_IOERR | 5 << 8]

  /// A value that this program did not write.
  static func unreadable(_ what: String) -> DatabaseFailure {
    DatabaseFailure(code: SQLITE_CORRUPT, message: what)
  }

  var kind: Kind {
    // A write that found no room did nothing; an fsync that found none may have lost something.
    let isWrite = code & 0xFF == SQLITE_IOERR && !DatabaseFailure.synchronising.contains(code)
    if isWrite, systemError == ENOSPC || systemError == EDQUOT { return .full }
    switch code & 0xFF {
    case SQLITE_FULL: return .full
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    case SQLITE_CONSTRAINT: return .constraint
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: return .damaged
    default: return .fatal
    }
  }

  /// The failure for people; `path` is the database.
  func error(_ path: String) -> KilnError {
    switch kind {
    case .full: DatabaseFailure.full(path)
    case .busy:
      KilnError(
        .storage, "another program holds the database", at: path,
        fix: "end that program; a live database is read through the server only")
    case .damaged:
      KilnError(
        .storage, "the database is damaged (\(message))", at: path,
        fix: "restore a backup, or move the file away to start with an empty queue")
    case .constraint, .fatal:
      KilnError(.storage, "the database cannot be used (\(message))", at: path)
    }
  }

  static func full(_ path: String) -> KilnError {
    KilnError(
      .storage, "the disk that holds the database is full", at: path,
      fix: "free some space; nothing was lost, work resumes by itself")
  }
}
