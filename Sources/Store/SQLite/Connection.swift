import CSQLite

/// A connection to the database: owns the C object and its prepared statements, used by one thread
/// at a time.
@safe
final class Connection {
  enum Role {
    /// The one that writes and checkpoints.
    case writer
    /// Refuses every write, takes no part in checkpoints.
    case reader
  }

  private let handle: OpaquePointer
  /// By the address of their text, which is static.
  private var statements: [UInt: Statement] = [:]
  /// Pages in the write-ahead log after the last commit, told by SQLite.
  private let logPages: UnsafeMutablePointer<Int32>

  init(_ path: String, _ role: Role) throws(DatabaseFailure) {
    let access =
      switch role {
      case .writer: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .reader: SQLITE_OPEN_READONLY
      }
    var opened: OpaquePointer?
    let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened = unsafe opened else {
      throw DatabaseFailure(code: SQLITE_NOMEM, message: "out of memory")
    }
    guard code == SQLITE_OK else {
      let reason = unsafe failure(of: opened, code)
      // Sound: SQLite gives a connection even where it fails, to be closed by us.
      unsafe sqlite3_close_v2(opened)
      throw reason
    }
    unsafe handle = opened
    unsafe logPages = .allocate(capacity: 1)
    unsafe logPages.initialize(to: 0)
    try configure(role)
  }

  deinit {
    // Statements first: a connection with live ones does not close.
    statements.removeAll()
    unsafe sqlite3_close_v2(handle)
    unsafe logPages.deallocate()
  }

  private func configure(_ role: Role) throws(DatabaseFailure) {
    let settings: [(Int32, Int32)] = [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
      (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
      (SQLITE_DBCONFIG_DQS_DDL, 0),
    ]
    for (option, value) in settings {
      let code = unsafe kiln_db_config(handle, option, value)
      guard code == SQLITE_OK else { throw unsafe failure(of: handle, code) }
    }
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20)
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 64 << 10)
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, 64)
    unsafe sqlite3_busy_timeout(handle, 5000)
    switch role {
    case .writer:
      // Also ends the automatic checkpoints, which would swallow their errors; so would the setting
      // `wal_autocheckpoint`, but it removes this hook.
      // Sound: the counter is freed after the connection, and only its thread commits.
      unsafe sqlite3_wal_hook(
        handle,
        { counter, _, _, pages in
          unsafe counter?.assumingMemoryBound(to: Int32.self).pointee = pages
          return SQLITE_OK
        }, logPages)
    case .reader: try execute("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0")
    }
  }

  /// Runs statements that have no parameters: settings and migrations.
  func execute(_ script: String) throws(DatabaseFailure) {
    let code = unsafe sqlite3_exec(handle, script, nil, nil, nil)
    guard code == SQLITE_OK else { throw unsafe failure(of: handle, code) }
  }

  /// Runs a statement and returns how many rows it changed.
  @discardableResult
  func run(_ sql: StaticString, _ values: any Bindable...) throws(DatabaseFailure) -> Int {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    while try statement.step() {}
    return unsafe Int(sqlite3_changes64(handle))
  }

  /// The rows of a query, each turned into a value.
  func rows<T>(
    _ sql: StaticString, _ values: any Bindable...,
    read: (Row) throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> [T] {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    var result: [T] = []
    while try statement.step() { result.append(try read(Row(statement))) }
    return result
  }

  /// The first row of a query, or nil.
  func first<T>(
    _ sql: StaticString, _ values: any Bindable...,
    read: (Row) throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> T? {
    let statement = try prepared(sql)
    defer { statement.reset() }
    try statement.bind(values)
    return try statement.step() ? try read(Row(statement)) : nil
  }

  private func prepared(_ sql: StaticString) throws(DatabaseFailure) -> Statement {
    precondition(sql.hasPointerRepresentation)
    let key = unsafe UInt(bitPattern: sql.utf8Start)
    if let statement = statements[key] { return statement }
    let statement = unsafe try Statement(sql, in: handle)
    statements[key] = statement
    return statement
  }

  // MARK: Transactions and the write-ahead log

  /// Whether a transaction is open.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Several queries that see the same moment.
  func snapshot<T>(
    _ body: () throws(DatabaseFailure) -> T
  ) throws(DatabaseFailure) -> T {
    try run("BEGIN")
    do throws(DatabaseFailure) {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      if isInTransaction { try run("ROLLBACK") }
      throw error
    }
  }

  var pagesInLog: Int { unsafe Int(logPages.pointee) }

  /// Copies the log into the database as far as readers allow.
  func checkpoint() throws(DatabaseFailure) {
    let code = unsafe sqlite3_wal_checkpoint_v2(
      handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
      throw unsafe failure(of: handle, code)
    }
  }
}
