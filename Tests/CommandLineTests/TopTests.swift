import Base
import JobModel
import TestSupport
import Testing
import Wire

@testable import CommandLine

@Suite("kiln top")
struct TopTests {
  private let now = Timestamp(milliseconds: 1_800_000_000_000)

  private func job(_ id: Int64, _ name: String, _ state: JobState = .running, done: Int = 3)
    -> JobSummary
  {
    var counts = TaskCounts()
    (counts.succeeded, counts.running, counts.ready) = (done, 1, 1000)
    return JobSummary(
      id: JobID(id), name: name, project: .main, state: state, priority: 0, counts: counts,
      submittedAt: now, startedAt: now, endedAt: nil)
  }

  private func model(_ jobs: JobSummary..., rows: Int = 10) -> TopModel {
    var model = TopModel()
    model.rowCount = rows
    model.jobs.take(jobs, at: .now(), rows: rows)
    return model
  }

  private func lines(_ model: TopModel, columns: Int, rows: Int = 14) -> [String] {
    let view = TopView(size: TerminalSize(columns: columns, rows: rows), style: .plain)
    return view.lines(model, at: now)
  }

  @Test(
    "keys are read as terminals send them",
    arguments: [
      ("q", [.character("q")]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
      ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{1B}[H\u{1B}[4~", [.home, .end]),
      ("\u{1B}", [.escape]), ("\r\u{7F}\u{1A}", [.enter, .backspace, .control("z")]),
      ("支a", [.character("支"), .character("a")]), ("\u{1B}[99;5u", []),
    ] as [(String, [Key])])
  func keys(text: String, keys: [Key]) { #expect(Key.read(Array(text.utf8)) == keys) }

  @Test(
    "no line is wider than the terminal, and there are as many as it has rows",
    arguments: [
      20, 40, 80, 132, 200,
    ])
  func widths(columns: Int) {
    var model = model(
      job(1, String(repeating: "サスペンション-支架-", count: 20)), job(2, "a\u{1B}[31mb\u{202E}c"))
    for page in [TopModel.Page.jobs, .tasks, .log, .help] {
      model.pages = [.jobs, page]
      model.tasks = TaskList(job: job(1, String(repeating: "長い", count: 100)))
      model.log.take(Array(String(repeating: "出力 ", count: 100).utf8), rows: 5)
      let lines = lines(model, columns: columns)
      #expect(lines.count == 14)
      for line in lines {
        #expect(displayWidth(line) <= columns, "\(line)")
        #expect(!line.contains("\u{1B}") && !line.contains("\u{202E}"))
      }
    }
  }

  @Test("without jobs it says how to make one, without a server that it tries again")
  func nothing() {
    var model = TopModel()
    #expect(lines(model, columns: 80)[2].contains("kiln submit"))
    model.failure = "no server is running here"
    #expect(lines(model, columns: 80)[0].contains("no server is running here; trying again"))
  }

  @Test("cancelling asks first, and only y means yes")
  func cancel() {
    var model = model(job(2, "two"), job(1, "one"))
    let moved = model.handle(.down)
    #expect(moved == .refresh)
    _ = model.handle(.character("c"))
    #expect(lines(model, columns: 80).last?.contains("cancel job 1 one?") == true)
    let refused = model.handle(.enter)
    #expect(refused == nil)
    _ = model.handle(.character("c"))
    let target = TopModel.CancelTarget(job: JobID(1), task: nil, name: "job 1 one")
    let agreed = model.handle(.character("y"))
    #expect(agreed == .cancel(target))
  }

  @Test("a chosen job stays chosen when new ones come in above it")
  func selection() {
    var model = model(job(2, "two"), job(1, "one"))
    _ = model.handle(.down)
    model.jobs.take([job(3, "three"), job(2, "two"), job(1, "one")], at: .now(), rows: 10)
    #expect(model.jobs.selected?.id == JobID(1))
  }

  @Test("rows are filtered as one types, and sorted by what is asked for")
  func filter() {
    var model = model(job(3, "beam", .failed), job(2, "arm", done: 900), job(1, "beam 2"))
    for key in Key.read(Array("/beam\r".utf8)) { _ = model.handle(key) }
    #expect(model.jobs.shown.map(\.id.number) == [3, 1])
    for key in Key.read(Array("/\u{1B}".utf8)) { _ = model.handle(key) }
    _ = model.handle(.character("s"))
    #expect(model.jobs.shown.map(\.id.number) == [2, 1, 3], "what runs first")
    _ = model.handle(.character("s"))
    #expect(model.jobs.shown.map(\.name) == ["arm", "beam", "beam 2"])
    _ = model.handle(.character("r"))
    #expect(model.jobs.shown.map(\.name) == ["beam 2", "beam", "arm"])
  }

  @Test("of a hundred thousand tasks only those on the screen are needed")
  func window() {
    var cursor = ListCursor()
    _ = cursor.move(.end, count: 100_000, rows: 20)
    #expect(cursor.window(count: 100_000, rows: 20) == 99_980..<100_000)
    _ = cursor.move(.pageUp, count: 100_000, rows: 20)
    #expect(cursor.selected == 99_979)
    cursor.clamp(count: 5, rows: 20)
    #expect(cursor.window(count: 5, rows: 20) == 0..<5)
    #expect(cursor.selected == 4)
  }
}
