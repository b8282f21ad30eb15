import Base
import Glibc
import Wire

/// Opens a database for writing: settings, checks, migrations.
struct Opening {
  /// `KILN`: tells our databases from others.
  static let applicationID: Int64 = 0x4B49_4C4E

  let state: StateDirectory
  let migrations: [Migration]
  private var path: String { state.database }

  func open() throws(KilnError) -> Connection {
    try prepareFile()
    let database = try telling { () throws(DatabaseFailure) in try Connection(path, .writer) }
    let version = try checkOwner(database)
    try checkContent(database)
    try configure(database)
    for (number, migration) in zip(1..., migrations) where number > version {
      if version > 0, number == version + 1 { try backUp(database, before: migration) }
      try telling { () throws(DatabaseFailure) in try apply(migration, number, to: database) }
    }
    return database
  }

  /// Makes folder and file readable for their owner only; SQLite gives its other files the same mode.
  private func prepareFile() throws(KilnError) {
    // Sound, here and below: paths are terminated strings for the length of the call.
    guard unsafe mkdir(state.root, 0o700) == 0 || errno == EEXIST else {
      throw systemFailure("make the folder", state.root)
    }
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw systemFailure("open the database", path) }
    // Before SQLite opens it: a close gives up the locks of the whole process on the file.
    close(descriptor)
    try synchronizeFolder()
  }

  private func synchronizeFolder() throws(KilnError) {
    let descriptor = unsafe Glibc.open(state.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open the folder", state.root) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemFailure("synchronise", state.root) }
  }

  /// The version of the schema; 0 for an empty file.
  private func checkOwner(_ database: Connection) throws(KilnError) -> Int {
    let (owner, version, tables) = try telling { () throws(DatabaseFailure) in
      (
        try database.first("PRAGMA application_id") { $0.number(0) } ?? 0,
        try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0,
        try database.first("SELECT count(*) FROM sqlite_schema") { $0.integer(0) } ?? 0
      )
    }
    guard owner == Opening.applicationID || (owner == 0 && version == 0 && tables == 0) else {
      throw KilnError(
        .storage, "the file is a database of another program", at: path,
        fix: "choose another state directory")
    }
    guard version <= migrations.count else {
      throw KilnError(
        .storage,
        "the database was written by a newer Kiln (schema \(version), this one knows "
          + "\(migrations.count))", at: path, fix: "use the newer Kiln")
    }
    return version
  }

  /// The log is protected by checksums, the database is not: look at it before it is believed.
  private func checkContent(_ database: Connection) throws(KilnError) {
    try telling { () throws(DatabaseFailure) in
      let finding = try database.first("PRAGMA quick_check(1)") { $0.text(0) } ?? "no answer"
      guard finding == "ok" else { throw .unreadable(finding) }
    }
  }

  private func configure(_ database: Connection) throws(KilnError) {
    let mode = try telling { () throws(DatabaseFailure) in
      try database.execute(
        """
        PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536;
        PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;
        PRAGMA secure_delete = FAST
        """)
      return try database.first("PRAGMA journal_mode = WAL") { $0.text(0) } ?? ""
    }
    guard mode == "wal" else {
      throw KilnError(
        .storage, "the file system cannot hold the database's log", at: path,
        fix: "choose a state directory on a local disk")
    }
  }

  private func apply(_ migration: Migration, _ number: Int, to database: Connection)
    throws(DatabaseFailure)
  {
    try database.run("BEGIN IMMEDIATE")
    do throws(DatabaseFailure) {
      try database.execute(migration.sql)
      // Settings take no parameters; these are our own numbers.
      try database.execute("PRAGMA user_version = \(number)")
      try database.execute("PRAGMA application_id = \(Opening.applicationID)")
      try database.run("COMMIT")
    } catch {
      if database.isInTransaction { try database.run("ROLLBACK") }
      throw error
    }
  }

  /// A copy of an existing database, durable before anything of it is changed.
  private func backUp(_ database: Connection, before migration: Migration) throws(KilnError) {
    let copy = "\(path).before-\(migration.name)"
    guard unsafe unlink(copy) == 0 || errno == ENOENT else {
      throw systemFailure("replace the backup", copy)
    }
    try telling { () throws(DatabaseFailure) in _ = try database.run("VACUUM INTO ?1", copy) }
    let descriptor = unsafe Glibc.open(copy, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemFailure("open the backup", copy) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw systemFailure("synchronise the backup", copy) }
    try synchronizeFolder()
  }

  private func telling<T>(_ body: () throws(DatabaseFailure) -> T) throws(KilnError) -> T {
    do throws(DatabaseFailure) {
      return try body()
    } catch {
      throw error.error(path)
    }
  }

  private func systemFailure(_ verb: String, _ path: String) -> KilnError {
    let code = errno
    if code == ENOSPC || code == EDQUOT {
      return DatabaseFailure.full(path)
    }
    // Sound: strerror returns a terminated string that lives until the next call; it is copied here.
    let words = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return KilnError(.storage, "cannot \(verb): \(words)", at: path)
  }
}
