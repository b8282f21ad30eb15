import Base
import JobModel
import Synchronization
import Wire

/// The durable copy of the queue: SQLite in WAL mode with full synchronisation, one writing
/// connection (used by one thread only), read-only ones for listings (any thread).
///
/// Only the writing connection writes *and* checkpoints: two that do so at the same moment can
/// damage a database with SQLite before 3.51.3.
package final class Store: Sendable {
  let path: String
  let writer: Mutex<Writer>
  private let readers: [Reader]

  /// Opens, checks and migrates the database of a state directory, creating it where missing.
  /// - Throws: where the database is damaged, of a newer Kiln, or of another program.
  package convenience init(state: StateDirectory) throws(KilnError) {
    try self.init(state: state, migrations: Migration.all)
  }

  init(state: StateDirectory, migrations: [Migration]) throws(KilnError) {
    path = state.database
    writer = Mutex(Writer(try Opening(state: state, migrations: migrations).open()))
    readers = (0..<4).map { _ in Reader() }
  }

  deinit {
    // Readers first: the writer, as the last one, folds the log into the database.
    for reader in readers { reader.close() }
  }

  /// Runs queries on a connection of their own that all see the same moment.
  func read<T: Sendable>(
    _ body: @Sendable (Connection) throws(DatabaseFailure) -> T
  ) throws(KilnError) -> T {
    do throws(DatabaseFailure) {
      for reader in readers {
        if let result = try reader.tryRead(path, body) { return result }
      }
      return try readers[0].read(path, body)
    } catch {
      throw error.error(path)
    }
  }
}

/// A read-only connection, opened when it is first needed.
private final class Reader: Sendable {
  private let connection = Mutex<Connection?>(nil)

  /// Nil where another thread is using the connection.
  func tryRead<T: Sendable>(
    _ path: String, _ body: @Sendable (Connection) throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> T? {
    try connection.withLockIfAvailable { (opened) throws(DatabaseFailure) -> T in
      try Reader.run(&opened, path, body)
    }
  }

  func read<T: Sendable>(
    _ path: String, _ body: @Sendable (Connection) throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> T {
    try connection.withLock { (opened) throws(DatabaseFailure) -> T in
      try Reader.run(&opened, path, body)
    }
  }

  private static func run<T: Sendable>(
    _ opened: inout Connection?, _ path: String,
    _ body: @Sendable (Connection) throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> T {
    if opened == nil { opened = try Connection(path, .reader) }
    guard let connection = opened else { preconditionFailure("opened, but not there") }
    return try connection.snapshot { () throws(DatabaseFailure) in try body(connection) }
  }

  func close() { connection.withLock { $0 = nil } }
}
