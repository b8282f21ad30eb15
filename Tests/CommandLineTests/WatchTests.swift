import Base
import JobModel
import Testing
import TestSupport
import Wire

@testable import CommandLine

/// A job with two steps, seen in the middle of its life.
private enum Scene {
  static let start = Timestamp(milliseconds: 1_772_354_040_000)

  static func counts(
    ready: Int = 0, running: Int = 0, succeeded: Int = 0, failed: Int = 0
  ) -> TaskCounts {
    var counts = TaskCounts()
    counts.ready = ready
    counts.running = running
    counts.succeeded = succeeded
    counts.failed = failed
    return counts
  }

  static func summary(_ state: JobState, _ counts: TaskCounts) -> JobSummary {
    JobSummary(
      id: JobID(17), name: "支架-bracket 耐久性分析", project: .main, state: state, priority: 0,
      counts: counts, submittedAt: start, startedAt: start, endedAt: nil)
  }

  static func step(_ name: String, _ counts: TaskCounts) -> StepDetail {
    StepDetail(
      name: name, work: "fe.solve", counts: counts, resources: Resources(), needs: [],
      axes: ["load"])
  }

  static func model(steps names: [String] = ["modes", "疲劳分析"]) -> WatchModel {
    let first = counts(ready: 12)
    let second = counts(ready: 40)
    let all = names.count == 1 ? first : first + second
    return WatchModel(
      JobDetail(
        summary: summary(.queued, all),
        steps: zip(names, [first, second]).map { step($0, $1) }, usage: Usage(), failures: []))
  }

  static func task(_ step: Int, _ task: Int, _ phase: String, _ metrics: [String: Double])
    -> RunningTask
  {
    RunningTask(
      step: step, task: task,
      progress: TaskProgress(
        epoch: Epoch(1), task: task, phase: phase, fraction: 0.5, metrics: metrics))
  }

  static func snapshot(
    _ steps: [TaskCounts], _ running: [RunningTask], state: JobState = .running
  ) -> JobEvent {
    let all = steps.reduce(TaskCounts(), +)
    return JobEvent(
      cursor: nil, at: start,
      kind: .snapshot(JobSnapshot(summary: summary(state, all), steps: steps, running: running)))
  }

  static func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

  /// Ten seconds in: one step half done, the other with a failure.
  static func middle() -> WatchModel {
    var model = model()
    model.apply(snapshot([counts(ready: 12), counts(ready: 40)], []), at: at(0))
    model.apply(
      JobEvent(
        cursor: 3, at: start,
        kind: .ended(
          step: 1, tasks: TaskRange(2), reason: .memory,
          message: "the task needed more than 1 GiB\u{1B}[31m")), at: at(4))
    model.apply(
      JobEvent(cursor: 4, at: start, kind: .retried(step: 0, task: 3, attempt: 1, reason: .lost)),
      at: at(5))
    let steps = [
      counts(ready: 4, running: 2, succeeded: 6),
      counts(ready: 33, running: 1, succeeded: 5, failed: 1),
    ]
    for place in 0..<8 {
      let residual = 1 / Double(1 << (3 * place))
      model.apply(
        snapshot(
          steps,
          [
            task(1, 7, "求解", ["residual": residual, "iteration": Double(place)]),
            task(0, 7, "assemble", [:]), task(0, 8, "factorise", ["residual": 0.25]),
          ]), at: at(9 + Double(place) * 0.125))
    }
    model.apply(snapshot(steps, model.running), at: at(10))
    return model
  }

  static func lines(_ model: WatchModel, columns: Int, rows: Int = 24, color: Bool = false)
    -> [String]
  {
    WatchView(
      size: TerminalSize(columns: columns, rows: rows), style: Style(hasColor: color),
      hint: "Ctrl-C leaves the job running"
    ).lines(model, at: Timestamp(milliseconds: start.milliseconds + 10_000))
  }
}

@Suite("The live view")
struct WatchViewTests {
  @Test("shows steps, running tasks and failures", arguments: [80, 200])
  func middle(_ columns: Int) {
    let text = Scene.lines(Scene.middle(), columns: columns).joined(separator: "\n") + "\n"
    expectSnapshot(text, in: "CommandLine", named: "watch-\(columns)")
  }

  @Test("shows colours where they are wanted, and nothing else differs")
  func colors() {
    let model = Scene.middle()
    let text = Scene.lines(model, columns: 80, color: true).joined(separator: "\n") + "\n"
    expectSnapshot(text, in: "CommandLine", named: "watch-80-color")
    let bare = text.split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset == 0 ? $0.element : $0.element.drop { $0 != "m" }.dropFirst() }.joined()
    #expect(bare == Scene.lines(model, columns: 80).joined(separator: "\n") + "\n")
  }

  @Test(
    "never exceeds the terminal", arguments: [20, 33, 40, 60, 80, 120, 200], [3, 6, 10, 24, 60])
  func fits(_ columns: Int, _ rows: Int) {
    let lines = Scene.lines(Scene.middle(), columns: columns, rows: rows)
    #expect(lines.count < rows)
    guard columns >= 40 else { return }
    for line in lines { #expect(displayWidth(line) < columns, "\(line)") }
  }

  @Test("says that the server is lost")
  func lost() {
    var model = Scene.middle()
    model.lostSince = Scene.at(10)
    #expect(
      Scene.lines(model, columns: 80)[0]
        == "17 支架-bracket 耐久性…  server lost, trying again  12/52 tasks  10 s  1 retry")
  }

  @Test("of a job that has ended has neither running tasks nor time left")
  func ended() {
    var model = Scene.model(steps: [""])
    model.apply(Scene.snapshot([Scene.counts(succeeded: 12)], [], state: .running), at: Scene.at(9))
    model.apply(
      JobEvent(
        cursor: 9, at: Timestamp(milliseconds: Scene.start.milliseconds + 8000),
        kind: .jobEnded(.succeeded)), at: Scene.at(9))
    #expect(
      Scene.lines(model, columns: 80) == [
        "17 支架-bracket 耐久性分析  succeeded  12/12 tasks  8.0 s",
        "fe.solve  " + String(repeating: "█", count: 56) + "  100%  12/12",
        "Ctrl-C leaves the job running",
      ])
  }

  @Test("a bar shows a single failure among a million, and is always as wide as asked")
  func bars() {
    let shares = BarShares(succeeded: 0.999_999, failed: 0.000_001, running: 0)
    #expect(bar(shares, width: 10, style: .plain) == "█████████▓")
    for (done, failed, running) in [
      (1.0, 0.0, 0.0), (0, 1, 0), (0, 0, 1), (0.5, 0.01, 0.49), (0, 0, 0),
    ] {
      let drawn = bar(
        BarShares(succeeded: done, failed: failed, running: running), width: 7, style: .plain)
      #expect(drawn.count == 7)
    }
  }

  @Test("time left counts what running tasks have done")
  func rates() {
    var rate = RateEstimate()
    #expect(rate.left(total: 4) == nil)
    rate.add(ended: 0, inside: 0, at: Scene.at(0))
    rate.add(ended: 0, inside: 0.5, at: Scene.at(10))
    #expect(rate.tasksPerSecond == nil)
    #expect(rate.left(total: 4) == Seconds(70))
    rate.add(ended: 2, inside: 0, at: Scene.at(40))
    #expect(rate.tasksPerSecond == 0.05)
    #expect(rate.left(total: 4) == Seconds(40))
  }
}

@Suite("A screen that is drawn over")
struct LiveScreenTests {
  @Test("sends only the lines that changed, and gives the cursor back")
  func changes() {
    let sink = MemorySink()
    do {
      let screen = LiveScreen(sink: sink)
      screen.draw(["one", "two"])
      screen.draw(["one", "three"])
      screen.draw(["one"])
      screen.close()
    }
    #expect(
      sink.text == "\u{1B}[?25l\rone\u{1B}[K\n\rtwo\u{1B}[K\n" + "\u{1B}[2A\n\rthree\u{1B}[K\n"
        + "\u{1B}[2A\n\r\u{1B}[K\n\u{1B}[1A" + "\u{1B}[?25h")
  }

  @Test("gives the cursor back even when nobody says so")
  func abandoned() {
    let sink = MemorySink()
    do { LiveScreen(sink: sink).draw(["x"]) }
    #expect(sink.text.hasSuffix("\u{1B}[?25h"))
  }
}

@Suite("One line for every change")
struct EventLineTests {
  private static let events: [(JobEvent.Kind, String?)] = [
    (.submitted, "17 submitted"), (.held, "17 held"), (.released, "17 released"),
    (.started(step: 0, tasks: TaskRange(1, 8)), "17.modes.1-8 started"),
    (
      .ended(step: 1, tasks: TaskRange(4), reason: .failed(exit: 3), message: "no mesh"),
      "17.疲劳分析.4 failed(3): no mesh"
    ),
    (
      .retried(step: 1, task: 4, attempt: 2, reason: .lost),
      "17.疲劳分析.4 lost in attempt 2, runs again"
    ), (.jobEnded(.failed), "17 has ended: failed"),
  ]

  @Test("names the task and what happened")
  func lines() {
    let sink = MemorySink()
    let all = EventLineTests.events.map { JobEvent(cursor: 1, at: Scene.start, kind: $0.0) }
    LinePresenter(sink: sink).show(all + [Scene.snapshot([], [])], Scene.model())
    #expect(
      sink.text
        == EventLineTests.events.map { "2026-03-01T08:34:00.000Z \($0.1 ?? "")\n" }.joined())
  }

  @Test("as JSON has one document on each line")
  func json() {
    let sink = MemorySink()
    let all = EventLineTests.events.map { JobEvent(cursor: 1, at: Scene.start, kind: $0.0) }
    JSONPresenter(sink: sink).show(all, Scene.model())
    expectSnapshot(sink.text, in: "CommandLine", named: "watch-json")
  }
}
