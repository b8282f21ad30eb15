import Base
import JobModel
import Wire

/// The jobs of `kiln top`.
struct JobList: Sendable {
  enum Sort: String, CaseIterable, Sendable {
    case newest, state, name, tasks, progress, rate

    var next: Sort { cycled(self) }
  }

  var all: [JobSummary] = []
  var rates: [JobID: RateEstimate] = [:]
  var sort = Sort.newest
  var isReversed = false
  var filter = ""
  var onlyLive = false
  var cursor = ListCursor()

  /// At most so many of the newest are looked at.
  static let most = 1000

  /// What is shown, in its order.
  var shown: [JobSummary] {
    let wanted = filter.lowercased()
    let found =
      wanted.isEmpty
      ? all
      : all.filter { job in
        "\(job.id) \(job.name) \(job.project.text) \(job.state.rawValue)".lowercased()
          .contains(wanted)
      }
    let sorted = sort == .newest ? found : found.sorted { isBefore($0, $1) }
    return isReversed ? sorted.reversed() : sorted
  }

  var selected: JobSummary? {
    let shown = shown
    return shown.indices.contains(cursor.selected) ? shown[cursor.selected] : nil
  }

  /// The chosen job stays chosen, wherever it stands now.
  mutating func take(_ jobs: [JobSummary], at now: Instant, rows: Int) {
    let chosen = selected?.id
    all = jobs
    defer {
      let shown = shown
      if cursor.selected > 0, let place = shown.firstIndex(where: { $0.id == chosen }) {
        cursor.select(place)
      }
      cursor.clamp(count: shown.count, rows: rows)
    }
    var kept: [JobID: RateEstimate] = [:]
    for job in jobs where job.state == .running {
      var rate = rates[job.id] ?? RateEstimate()
      rate.add(ended: job.counts.ended, inside: 0, at: now)
      kept[job.id] = rate
    }
    rates = kept
  }

  /// The most urgent first; among equals the newest.
  private func isBefore(_ a: JobSummary, _ b: JobSummary) -> Bool {
    switch sort {
    case .newest: break
    case .state:
      let (one, other) = (JobList.rank(a.state), JobList.rank(b.state))
      if one != other { return one < other }
    case .name: if a.name != b.name { return a.name < b.name }
    case .tasks: if a.counts.total != b.counts.total { return a.counts.total > b.counts.total }
    case .progress:
      let (one, other) = (share(a), share(b))
      if one != other { return one > other }
    case .rate:
      let (one, other) = (rate(a), rate(b))
      if one != other { return one > other }
    }
    return a.id > b.id
  }

  private func share(_ job: JobSummary) -> Double {
    Double(job.counts.ended) / Double(max(job.counts.total, 1))
  }

  private func rate(_ job: JobSummary) -> Double { rates[job.id]?.tasksPerSecond ?? 0 }

  private static func rank(_ state: JobState) -> Int {
    switch state {
    case .running: 0
    case .queued: 1
    case .held: 2
    case .failed: 3
    case .cancelled: 4
    case .succeeded: 5
    }
  }
}

/// The tasks of one job; only what is on the screen is known, unless they are sorted or filtered.
struct TaskList: Sendable {
  enum Sort: String, CaseIterable, Sendable {
    case number, wall, memory

    var next: Sort { cycled(self) }
  }

  /// Which tasks are shown.
  enum StateFilter: String, CaseIterable, Sendable {
    case all, running, failed, waiting, ready, succeeded, cancelled

    var next: StateFilter { cycled(self) }
  }

  var job: JobSummary?
  var detail: JobDetail?
  var sort = Sort.number
  var isReversed = false
  var state = StateFilter.all
  var filter = ""
  var cursor = ListCursor()
  /// Tasks that are known: a page of them, or all that were asked for.
  private(set) var page: [TaskDetail] = []
  /// Where the page begins in the list.
  private(set) var pageStart = 0
  private(set) var count = 0

  /// So many tasks can be sorted or searched.
  static let most = 10_000

  init(job: JobSummary? = nil) { self.job = job }

  /// Whether only a page is needed: the list is in the order of the server, and complete.
  var isPaged: Bool { sort == .number && state == .all && filter.isEmpty && !isReversed }

  var total: Int { detail?.summary.counts.total ?? job?.counts.total ?? 0 }

  mutating func take(page tasks: [TaskDetail], from start: Int) {
    page = tasks
    pageStart = start
    count = total
  }

  /// Takes all tasks that were asked for, and puts them into their order.
  mutating func take(all tasks: [TaskDetail]) {
    let wanted = filter.lowercased()
    var found = wanted.isEmpty ? tasks : tasks.filter { text(of: $0).contains(wanted) }
    switch sort {
    case .number: break
    case .wall: found.sort { wall($0) > wall($1) }
    case .memory: found.sort { memory($0) > memory($1) }
    }
    page = isReversed ? found.reversed() : found
    pageStart = 0
    count = page.count
  }

  subscript(row: Int) -> TaskDetail? {
    let place = row - pageStart
    return page.indices.contains(place) ? page[place] : nil
  }

  var selected: TaskDetail? { self[cursor.selected] }

  func name(of task: TaskDetail) -> String {
    guard let detail else { return "\(task.task)" }
    return taskName(detail, task.step, task.task)
  }

  /// The step and the task of a row of the complete list.
  func place(of row: Int) -> (step: Int, task: Int)? {
    var rest = row
    for (index, step) in (detail?.steps ?? []).enumerated() {
      if rest < step.counts.total { return (index, rest + 1) }
      rest -= step.counts.total
    }
    return nil
  }

  private func text(of task: TaskDetail) -> String {
    let point = task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    return "\(name(of: task)) \(task.state) \(point) \(task.message ?? "")".lowercased()
  }

  private func wall(_ task: TaskDetail) -> Double { task.usage?.wall.value ?? -1 }
  private func memory(_ task: TaskDetail) -> Int64 { task.usage?.peakMemory.bytes ?? -1 }
}

/// What a task has printed, line by line.
struct LogView: Sendable {
  var job = JobID(1)
  var place = TopModel.TaskPlace(step: 0, task: 1)
  var name = ""
  private(set) var lines: [String] = []
  private(set) var first = 0
  /// Stays at the end while the task prints.
  private(set) var follows = true
  var isComplete = false

  private static let most = 10_000

  init() {}

  init(job: JobID, place: TopModel.TaskPlace, name: String) {
    self.job = job
    self.place = place
    self.name = name
  }

  mutating func take(_ bytes: [UInt8], rows: Int) {
    let text = escapedLog(bytes)
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .suffix(LogView.most).map { line in
        line.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
      }
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    if follows { first = max(0, lines.count - rows) }
    first = min(first, max(0, lines.count - 1))
  }

  mutating func move(_ key: Key, rows: Int) {
    switch key {
    case .up, .character("k"): first -= 1
    case .down, .character("j"): first += 1
    case .pageUp: first -= rows
    case .pageDown, .character(" "): first += rows
    case .home, .character("g"): first = 0
    case .end, .character("G"): first = lines.count
    default: return
    }
    let last = max(0, lines.count - rows)
    first = min(max(first, 0), last)
    follows = first == last
  }
}

/// The next of all cases, the first after the last.
private func cycled<Value: CaseIterable & Equatable>(_ value: Value) -> Value {
  let all = Array(Value.allCases)
  let place = all.firstIndex(of: value) ?? 0
  return all[(place + 1) % all.count]
}
