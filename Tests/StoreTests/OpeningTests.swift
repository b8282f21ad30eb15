import Base
import FoundationEssentials
import JobModel
import Scheduling
import TestSupport
import Testing
import Wire

@testable import Store

@Suite("opening a database")
struct OpeningTests {
  private let folder: TemporaryFolder
  private var state: StateDirectory { StateDirectory(root: folder.path) }
  private var path: String { state.database }

  init() throws { folder = try TemporaryFolder() }

  private func change(_ script: String) throws {
    let database = try Connection(path, .writer)
    try database.execute(script)
  }

  private func error(_ migrations: [Migration] = Migration.all) -> KilnError? {
    do throws(KilnError) {
      _ = try Store(state: state, migrations: migrations)
      return nil
    } catch {
      return error
    }
  }

  @Test("a new database is for its owner only")
  func permissions() throws {
    let store = try Store(state: state)
    try store.commit(Batch(submissions: [Sample.record()], at: Sample.now))
    for name in ["kiln.db", "kiln.db-wal", "kiln.db-shm"] {
      let facts = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
      #expect(facts[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  @Test("the connection has the settings that durability rests on")
  func settings() throws {
    let store = try Store(state: state)
    let settings = try store.writer.withLock { (writer) throws(DatabaseFailure) -> [String?] in
      let sql: [StaticString] = [
        "PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys", "PRAGMA mmap_size",
        "PRAGMA wal_autocheckpoint", "PRAGMA application_id",
      ]
      var values: [String?] = []
      for one in sql { values.append(try writer.database.first(one) { $0.text(0) }) }
      return values
    }
    #expect(settings == ["wal", "2", "1", "0", "0", "1263094862"])
  }

  @Test("a database of a newer Kiln is refused")
  func newer() throws {
    _ = try Store(state: state)
    try change("PRAGMA user_version = 700")
    #expect(
      error()?.description == """
        \(path): the database was written by a newer Kiln (schema 700, this one knows \(Migration.all.count)); \
        use the newer Kiln
        """)
  }

  @Test("a database of another program is refused, and left as it is")
  func foreign() throws {
    try change("CREATE TABLE contact (name TEXT); PRAGMA user_version = 3")
    #expect(
      error()?.description == """
        \(path): the file is a database of another program; choose another state directory
        """)
    #expect(!FileManager.default.fileExists(atPath: "\(path)-wal"))
  }

  @Test("a file that is no database is refused")
  func noDatabase() throws {
    try Data(repeating: 0x4B, count: 5000).write(to: URL(filePath: path))
    #expect(
      error()?.description == """
        \(path): the database is damaged (file is not a database); \
        restore a backup, or move the file away to start with an empty queue
        """)
  }

  @Test("a damaged database is refused before anything of it is believed")
  func damaged() throws {
    var store: Store? = try Store(state: state)
    try store?.commit(
      Batch(submissions: (1...200).map { Sample.record($0) }, at: Sample.now))
    store = nil
    var bytes = try Data(contentsOf: URL(filePath: path))
    let middle = bytes.count / 8192 * 4096
    for place in middle..<(middle + 64) { bytes[place] = 0xA5 }
    try bytes.write(to: URL(filePath: path))
    let refusal = try #require(error())
    #expect(refusal.code == .storage)
    #expect(refusal.message.hasPrefix("the database is damaged ("), "\(refusal)")
    #expect(
      refusal.fix == "restore a backup, or move the file away to start with an empty queue")
  }

  @Test("before a migration the database is copied, and the migration keeps its content")
  func migration() throws {
    var store: Store? = try Store(state: state)
    try store?.commit(Batch(submissions: [Sample.record()], at: Sample.now))
    store = nil
    let next = Migration(
      name: "9999-prices", sql: "CREATE TABLE price (id INTEGER PRIMARY KEY) STRICT")
    store = try Store(state: state, migrations: Migration.all + [next])
    #expect(try store?.record(JobID(1))?.name == "支架-1")
    store = nil

    let old = try Connection("\(path).before-9999-prices", .writer)
    #expect(try old.first("PRAGMA user_version") { $0.integer(0) } == Migration.all.count)
    #expect(try old.first("SELECT count(*) FROM job") { $0.integer(0) } == 1)
    #expect(error()?.message.contains("by a newer Kiln") == true)
  }

  @Test("tables that a migration writes anew keep their rows and what refers to them")
  func rebuiltTables() throws {
    let earlier = Array(Migration.all.prefix { $0.name != Migration.checks.name })
    var store: Store? = try Store(state: state, migrations: earlier)
    var waiting = Sample.record(2)
    waiting.notify = [NoticeTarget(.command(["tell"]))]
    waiting.plan.after = [JobDependency(JobNeed(JobID(1), .ok))]
    try store?.commit(Batch(submissions: [Sample.record(), waiting], at: Sample.now))
    let lease = Sample.lease(1, 1...10)
    try store?.commit(Batch(changes: [.leaseGranted(lease)], at: Sample.now))
    try store?.commit(
      Batch(
        changes: [
          .leaseEnded(lease.slot, lease.epoch),
          .tasksEnded(Sample.step, lease.tasks, .failed(exit: 3)),
          .jobEnded(Sample.job, .failed),
        ], at: Sample.now))
    let before = try contents()
    #expect(before.count == 9 && before.last == "others [2, 2, 1, 1]", "\(before)")
    store = nil

    store = try Store(state: state)
    #expect(try contents() == before)
    #expect(try store?.stored(JobID(2))?.restored.plan.after == waiting.plan.after)
    let database = try Connection(path, .writer)
    #expect(try database.rows("PRAGMA foreign_key_check") { $0.text(0) } == [])
    #expect(
      try database.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'job' ORDER BY name"
      ) { $0.text(0) } == ["job_key", "job_live", "job_project"])
    try database.execute("PRAGMA foreign_keys = ON")
    for wrong in [
      "DELETE FROM job WHERE id = 1", "UPDATE job SET end_state = 'lost' WHERE id = 1",
      "UPDATE event SET kind = 'lost' WHERE job = 1", "UPDATE event SET step = 0 WHERE seq = 1",
      "UPDATE task_end SET reason = 'bored'",
    ] {
      #expect(throws: DatabaseFailure.self, "\(wrong)") { try database.execute(wrong) }
    }
  }

  /// The rows of the tables that are written anew, and how many refer to them.
  private func contents() throws -> [String] {
    let database = try Connection(path, .reader)
    let jobs = try database.rows("SELECT id, digest, coalesce(end_state, '') FROM job ORDER BY id")
    {
      "job \($0.integer(0)) \($0.text(1)) \($0.text(2))"
    }
    let events = try database.rows("SELECT job, seq, kind, coalesce(slot, 0) FROM event") {
      "event \($0.integer(0)) \($0.integer(1)) \($0.text(2)) \($0.integer(3))"
    }
    let ends = try database.rows("SELECT job, first, last, reason FROM task_end") {
      "end \($0.integer(0)) \($0.integer(1)) \($0.integer(2)) \($0.text(3))"
    }
    let others = try database.rows(
      """
      SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM step),
        (SELECT count(*) FROM job_need), (SELECT count(*) FROM notice_target)
      """
    ) { row in "others \([0, 1, 2, 3].map { row.integer($0) })" }
    return jobs + events + ends + others
  }

  @Test("a migration that fails changes nothing")
  func failedMigration() throws {
    _ = try Store(state: state)
    let bad = Migration(
      name: "0002-bad", sql: "CREATE TABLE price (id INTEGER PRIMARY KEY) STRICT; DROP TABLE ghost")
    #expect(
      error(Migration.all + [bad])?.message == "the database cannot be used (no such table: ghost)")
    let store = try Store(state: state)
    let tables = try store.read { (database) throws(DatabaseFailure) in
      try database.first("SELECT count(*) FROM sqlite_schema WHERE name = 'price'") {
        $0.integer(0)
      }
    }
    #expect(tables == 0)
  }

  @Test("every read connection refuses to write")
  func readers() throws {
    let store = try Store(state: state)
    try store.commit(Batch(submissions: [Sample.record()], at: Sample.now))
    // Four at the same time: each of the pool's connections.
    try nested(store, depth: 4)
    #expect(try store.record(JobID(1))?.name == "支架-1")
  }

  private func nested(_ store: Store, depth: Int) throws {
    if depth == 0 { return }
    let message = try store.read { (database) throws(DatabaseFailure) -> String in
      do throws(DatabaseFailure) {
        try database.run("UPDATE job SET name = 'x'")
        return "written"
      } catch {
        return error.message
      }
    }
    #expect(message == "attempt to write a readonly database")
    try store.read { (_) throws(DatabaseFailure) in
      do {
        try nested(store, depth: depth - 1)
      } catch {
        throw .unreadable("\(error)")
      }
    }
  }
}
