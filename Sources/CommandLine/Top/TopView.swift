import Base
import JobModel
import Wire

/// The screen of `kiln top` as a pure function: a model, a size and a time make lines.
struct TopView {
  let size: TerminalSize
  let style: Style

  /// Rows that a list has.
  static func rows(_ size: TerminalSize) -> Int { max(size.rows - 4, 1) }

  private var width: Int { max(size.columns, 20) }

  /// As many lines as the terminal has rows, none wider than it.
  func lines(_ model: TopModel, at now: Timestamp) -> [String] {
    let body: [String]
    switch model.page {
    case .jobs: body = jobLines(model, at: now)
    case .tasks: body = taskLines(model)
    case .log: body = logLines(model)
    case .help: body = helpLines
    }
    let room = max(size.rows - 2, 1)
    let filled =
      Array(body.prefix(room)) + [String](repeating: "", count: max(0, room - body.count))
    return [header(model)] + filled + [footer(model)]
  }

  // MARK: first and last line

  private func header(_ model: TopModel) -> String {
    if let failure = model.failure {
      return style(cut("kiln top  \(escaped(failure)); trying again"), .bad)
    }
    var facts = ["kiln top"]
    if let server = model.server {
      facts.append("\(server.busyCpus)/\(server.cpus) cpus busy")
      facts.append(server.jobsLive == 1 ? "1 job live" : "\(server.jobsLive) jobs live")
    }
    let running = model.jobs.all.reduce(0) { $0 + $1.counts.running }
    facts.append("\(running) running")
    let rate = model.jobs.rates.values.compactMap(\.tasksPerSecond).reduce(0, +)
    if rate > 0 { facts.append("\(spell(rate, digits: 2)) tasks/s") }
    facts.append(title(model))
    return style(cut(facts.joined(separator: "  ")), .heading)
  }

  private func title(_ model: TopModel) -> String {
    switch model.page {
    case .jobs:
      var parts = [
        "sorted by \(model.jobs.sort.rawValue)\(model.jobs.isReversed ? ", reversed" : "")"
      ]
      if model.jobs.onlyLive { parts.append("only live") }
      if !model.jobs.filter.isEmpty { parts.append("/\(escaped(model.jobs.filter))") }
      return parts.joined(separator: ", ")
    case .tasks:
      let tasks = model.tasks
      let name = tasks.job.map { "\($0.id) \(escaped($0.name)) \($0.state.rawValue)" } ?? ""
      var parts = [name, "by \(tasks.sort.rawValue)\(tasks.isReversed ? ", reversed" : "")"]
      if tasks.state != .all { parts.append("only \(tasks.state.rawValue)") }
      if !tasks.filter.isEmpty { parts.append("/\(escaped(tasks.filter))") }
      if !tasks.isPaged, tasks.total > TaskList.most {
        parts.append("of the first \(TaskList.most)")
      }
      return parts.joined(separator: ", ")
    case .log: return "log of \(escaped(model.log.name))"
    case .help: return "keys"
    }
  }

  private func footer(_ model: TopModel) -> String {
    switch model.prompt {
    case .filter(let text)?: return cut("/\(escaped(text))▏  Enter keeps it, Esc clears it")
    case .cancel(let target)?:
      return style(
        cut("cancel \(escaped(target.name))? y cancels, any other key does not"), .warning)
    case nil: break
    }
    if let notice = model.notice { return style(cut(escaped(notice)), .warning) }
    let keys =
      switch model.page {
      case .jobs:
        "↑↓ choose  Enter tasks  c cancel  s sort  r reverse  f live  / filter  ? help  q quit"
      case .tasks:
        "↑↓ choose  Enter log  c cancel  s sort  r reverse  f state  / filter  q back  ? help"
      case .log: "↑↓ scroll  g top  G end  q back"
      case .help: "any key goes back"
      }
    return style(cut(keys), .faint)
  }

  private func cut(_ text: String) -> String { truncated(text, to: width) }

  // MARK: lists

  /// A column of a list: as wide as it says, except one that takes what is left.
  private struct ListColumn {
    let title: String
    /// Nil: what is left.
    let width: Int?
    var isRight = false
    /// The terminal must be so wide for it.
    var from = 0
  }

  private func row(_ columns: [ListColumn], _ cells: [String]) -> String {
    let shown = columns.indices.filter { columns[$0].from <= width }
    let fixed = shown.reduce(0) { $0 + (columns[$1].width ?? 0) } + 2 * (shown.count - 1)
    let rest = max(width - fixed, 4)
    let parts = shown.map { index in
      let room = columns[index].width ?? rest
      let cell = truncated(cells[index], to: room)
      return columns[index].isRight ? paddedLeft(cell, to: room) : padded(cell, to: room)
    }
    return truncated(parts.joined(separator: "  "), to: width)
  }

  private func chosen(_ line: String, _ isChosen: Bool, _ emphasis: Emphasis?) -> String {
    if isChosen {
      return style.hasColor
        ? "\u{1B}[7m\(padded(line, to: width))\u{1B}[0m" : truncated("> " + line, to: width)
    }
    return emphasis.map { style(line, $0) } ?? line
  }

  private static let jobColumns = [
    ListColumn(title: "job", width: 7, isRight: true), ListColumn(title: "state", width: 9),
    ListColumn(title: "tasks", width: 15, isRight: true),
    ListColumn(title: "", width: 20, from: 100),
    ListColumn(title: "failed", width: 6, isRight: true),
    ListColumn(title: "running", width: 7, isRight: true, from: 90),
    ListColumn(title: "rate/s", width: 7, isRight: true),
    ListColumn(title: "left", width: 8, isRight: true, from: 110),
    ListColumn(title: "took", width: 8, isRight: true, from: 120),
    ListColumn(title: "project", width: 14, from: 150), ListColumn(title: "name", width: nil),
  ]

  private func jobLines(_ model: TopModel, at now: Timestamp) -> [String] {
    let shown = model.jobs.shown
    let head = style(row(TopView.jobColumns, TopView.jobColumns.map(\.title)), .heading)
    guard !shown.isEmpty else {
      let why =
        model.jobs.all.isEmpty && model.failure == nil
        ? "there are no jobs; `kiln submit` makes one" : "no job matches"
      return [head, cut(model.failure == nil ? why : "")]
    }
    let window = model.jobs.cursor.window(count: shown.count, rows: model.rowCount)
    return [head]
      + window.map { index in
        chosen(
          row(TopView.jobColumns, cells(shown[index], model.jobs, at: now)),
          index == model.jobs.cursor.selected, .of(shown[index].state))
      }
  }

  private func cells(_ job: JobSummary, _ list: JobList, at now: Timestamp) -> [String] {
    let counts = job.counts
    let total = Double(max(counts.total, 1))
    let shares = BarShares(
      succeeded: Double(counts.succeeded) / total,
      failed: Double(counts.failed + counts.cancelled) / total,
      running: Double(counts.running) / total)
    let rate = list.rates[job.id]
    let took = job.startedAt.map { clock(span(from: $0, to: job.endedAt ?? now)) }
    return [
      "\(job.id)", job.state.rawValue, "\(counts.ended)/\(counts.total)",
      bar(shares, width: 20, style: .plain), counts.failed > 0 ? "\(counts.failed)" : "",
      counts.running > 0 ? "\(counts.running)" : "",
      rate?.tasksPerSecond.map { spell($0, digits: 2) } ?? "",
      rate?.left(total: counts.total).map { clock($0) } ?? "", took ?? "",
      escaped(job.project.text), escaped(job.name),
    ]
  }

  private static let taskColumns = [
    ListColumn(title: "task", width: 16), ListColumn(title: "state", width: 12),
    ListColumn(title: "try", width: 3, isRight: true),
    ListColumn(title: "done", width: 5, isRight: true),
    ListColumn(title: "wall", width: 9, isRight: true),
    ListColumn(title: "memory", width: 9, isRight: true, from: 90),
    ListColumn(title: "point and last words", width: nil),
  ]

  private func taskLines(_ model: TopModel) -> [String] {
    let tasks = model.tasks
    let head = style(row(TopView.taskColumns, TopView.taskColumns.map(\.title)), .heading)
    guard tasks.count > 0 else { return [head, cut("no task matches")] }
    let window = tasks.cursor.window(count: tasks.count, rows: model.rowCount)
    return [head]
      + window.map { index in
        guard let task = tasks[index] else {
          return chosen("…", index == tasks.cursor.selected, nil)
        }
        return chosen(
          row(TopView.taskColumns, cells(task, tasks)), index == tasks.cursor.selected,
          .of(task.state))
      }
  }

  private func cells(_ task: TaskDetail, _ list: TaskList) -> [String] {
    let point = task.point.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    let metrics = (task.progress?.metrics ?? [:]).sorted { $0.key < $1.key }
      .map { "\($0.key) \(spell($0.value, digits: 3))" }
    let words = [point, task.progress?.phase ?? ""] + metrics + [task.message ?? ""]
    return [
      escaped(list.name(of: task)), task.state.description, "\(task.attempt)",
      task.progress?.fraction.map { "\(Int(min(max($0, 0), 1) * 100))%" } ?? "",
      task.usage.map { clock($0.wall) } ?? "", task.usage.map { "\($0.peakMemory)" } ?? "",
      escaped(words.filter { !$0.isEmpty }.joined(separator: "  ")),
    ]
  }

  // MARK: log and help

  private func logLines(_ model: TopModel) -> [String] {
    let log = model.log
    if log.lines.isEmpty {
      return ["", log.isComplete ? "the task has printed nothing" : "nothing was printed so far"]
        .map(cut)
    }
    let last = min(log.first + model.rowCount + 1, log.lines.count)
    return log.lines[min(log.first, last)..<last].map(cut)
  }

  private var helpLines: [String] {
    [
      "", "↑ ↓ k j           one row", "PgUp PgDn Space   one screen",
      "g G Home End      first, last",
      "Enter l →         tasks of the job, then the log of the task",
      "q Esc ←           back; q leaves from the list of jobs",
      "s                 sort: jobs by newest, state, name, tasks, progress, rate;",
      "                  tasks by number, wall time, memory", "r                 reverse the order",
      "f                 jobs: only live ones; tasks: by state",
      "/                 only rows with a text, as you type",
      "c                 cancel the job or task, after a question",
      "Ctrl-Z            suspend; Ctrl-L draws anew; Ctrl-C leaves",
    ].map(cut)
  }
}
