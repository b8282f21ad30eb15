import CSQLite
import Glibc

/// A prepared statement: owns the C object, frees it once, is used by one thread at a time.
@safe
final class Statement {
  private let handle: OpaquePointer
  private let database: OpaquePointer

  /// - Parameter database: the connection, which must outlive the statement.
  init(_ sql: StaticString, in database: OpaquePointer) throws(DatabaseFailure) {
    var prepared: OpaquePointer?
    // Sound: a static string lives for ever, and its length is passed along.
    let code = sql.withUTF8Buffer { text in
      unsafe text.withMemoryRebound(to: CChar.self) { text in
        unsafe sqlite3_prepare_v3(
          database, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT),
          &prepared, nil)
      }
    }
    guard code == SQLITE_OK, let prepared = unsafe prepared else {
      throw unsafe failure(of: database, code)
    }
    unsafe handle = prepared
    unsafe self.database = database
  }

  deinit { unsafe sqlite3_finalize(handle) }

  func bind(_ values: [any Bindable]) throws(DatabaseFailure) {
    precondition(
      unsafe sqlite3_bind_parameter_count(handle) == values.count,
      "\(values.count) values for a statement with another number of parameters")
    for (index, value) in zip(Int32(1)..., values) {
      let code = bind(value.column, at: index)
      guard code == SQLITE_OK else { throw unsafe failure(of: database, code) }
    }
  }

  private func bind(_ value: ColumnValue, at index: Int32) -> Int32 {
    switch value {
    case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
    case .real(let number): unsafe sqlite3_bind_double(handle, index, number)
    case .text(var text):
      // Sound: SQLite copies the bytes before the call returns.
      text.withUTF8 { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
          unsafe kiln_bind_text(
            handle, index, characters.baseAddress, Int32(characters.count))
        }
      }
    case .null: unsafe sqlite3_bind_null(handle, index)
    }
  }

  /// Steps to the next row; false where there is none.
  func step() throws(DatabaseFailure) -> Bool {
    // What it holds after a failure is then the failure's own.
    errno = 0
    let code = unsafe sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw unsafe failure(of: database, code)
    }
  }

  /// Makes the statement ready for its next use, and lets go of what it read.
  func reset() {
    // The code only repeats what the last step said, which has been dealt with.
    _ = unsafe sqlite3_reset(handle)
    _ = unsafe sqlite3_clear_bindings(handle)
  }

  // MARK: Columns of the current row

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }
  func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

  func text(_ column: Int32) -> String {
    guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
    let count = unsafe Int(sqlite3_column_bytes(handle, column))
    // Sound: the bytes live until the next step, and are copied here.
    return unsafe String(
      decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }
}

/// What the connection says about the call that has just failed.
@unsafe
func failure(of database: OpaquePointer, _ code: Int32) -> DatabaseFailure {
  let systemError = errno
  // Sound: the text lives until the next call on the connection, and is copied here.
  let message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? ""
  // SQLite forgets the system's error when a commit fails; the thread remembers it.
  let told = unsafe sqlite3_system_errno(database)
  return DatabaseFailure(code: code, systemError: told == 0 ? systemError : told, message: message)
}
