import Base
import JobModel
import Wire

/// The live view as a pure function: a model, a size and a time make lines.
struct WatchView {
  let size: TerminalSize
  let style: Style
  /// The last line, for what a person can do.
  var hint: String?

  /// Lines that are never wider than the terminal, and never more than its rows.
  func lines(_ model: WatchModel, at now: Timestamp) -> [String] {
    let steps = stepLines(model)
    let failures = failureLines(model, room: max(2, size.rows / 4))
    let fixed = 1 + steps.count + failures.count + (hint == nil ? 0 : 1)
    let running = runningLines(model, room: max(0, size.rows - 1 - fixed))
    let last = hint.map { [style(truncated($0, to: width), .faint)] } ?? []
    let all = [header(model, at: now)] + steps + running + failures + last
    return Array(all.prefix(max(size.rows - 1, 1)))
  }

  /// One column stays free, so that no terminal wraps a full line.
  private var width: Int { max(size.columns - 1, 20) }

  // MARK: header

  private func header(_ model: WatchModel, at now: Timestamp) -> String {
    let summary = model.summary
    var facts = ["\(summary.counts.ended)/\(summary.counts.total) tasks"]
    if let started = summary.startedAt {
      facts.append(clock(span(from: started, to: summary.endedAt ?? now)))
    }
    if summary.reused > 0 { facts.append("\(summary.reused) reused") }
    if model.retries > 0 {
      facts.append(model.retries == 1 ? "1 retry" : "\(model.retries) retries")
    }
    let state = model.lostSince == nil ? summary.state.rawValue : "server lost, trying again"
    func room() -> Int { width - displayWidth(state) - 2 - facts.reduce(0) { $0 + 2 + $1.count } }
    while facts.count > 1, room() < 12 { facts.removeLast() }
    let name = truncated("\(summary.id) \(escaped(summary.name))", to: max(room(), 4))
    let tail = facts.map { "  " + $0 }.joined()
    return style(name, .heading) + "  " + style(state, emphasis(model)) + tail
  }

  private func emphasis(_ model: WatchModel) -> Emphasis {
    if model.lostSince != nil { return .warning }
    switch model.summary.state {
    case .queued, .held, .cancelled: return .warning
    case .running: return .active
    case .succeeded: return .good
    case .failed: return .bad
    }
  }

  // MARK: steps

  /// A bar and its figures for each step; figures of a kind stand below each other.
  private func stepLines(_ model: WatchModel) -> [String] {
    let names = model.steps.indices.map { stepName(model, $0) }
    let nameWidth = min(names.map { displayWidth($0) }.max() ?? 0, max(12, width / 4))
    let figures = model.steps.indices.map { self.figures(model, $0) }
    var kinds = Figure.allCases.filter { kind in figures.contains { $0[kind] != nil } }
    // What is least urgent stands last and goes first.
    while kinds.count > 1, barRoom(nameWidth, kinds, figures) < 10 { kinds.removeLast() }
    let barWidth = min(max(barRoom(nameWidth, kinds, figures), 4), 60)
    return model.steps.indices.map { step in
      let columns = kinds.map { kind in
        paddedLeft(figures[step][kind] ?? "", to: columnWidth(kind, figures))
      }
      let line =
        padded(truncated(names[step], to: nameWidth), to: nameWidth) + "  "
        + bar(shares(model.counts[step]), width: barWidth, style: style) + "  "
        + columns.joined(separator: "  ")
      return withoutTrailingSpace(line)
    }
  }

  /// What is said about a step, the most urgent first.
  private enum Figure: CaseIterable {
    case percent
    case done
    case failed
    case left
    case cancelled
    case running
    case rate

    /// What changes often keeps its room, so that bars do not jump.
    var usualWidth: Int {
      switch self {
      case .percent: 4
      case .left: 10
      case .rate: 6
      case .done, .failed, .cancelled, .running: 0
      }
    }
  }

  private func figures(_ model: WatchModel, _ step: Int) -> [Figure: String] {
    let counts = model.counts[step]
    let percent = counts.total == 0 ? 0 : counts.ended * 100 / counts.total
    var figures: [Figure: String] = [
      .percent: "\(percent)%", .done: "\(counts.ended)/\(counts.total)",
    ]
    if counts.failed > 0 { figures[.failed] = "\(counts.failed) failed" }
    if counts.cancelled > 0 { figures[.cancelled] = "\(counts.cancelled) cancelled" }
    guard !model.summary.state.isEnded, counts.ended < counts.total else { return figures }
    figures[.left] = model.rates[step].left(total: counts.total).map { "\(clock($0)) left" }
    if counts.running > 0 { figures[.running] = "\(counts.running) running" }
    figures[.rate] = model.rates[step].tasksPerSecond.map { "\(spell($0, digits: 2))/s" }
    return figures
  }

  private func columnWidth(_ kind: Figure, _ figures: [[Figure: String]]) -> Int {
    let widest = figures.map { displayWidth($0[kind] ?? "") }.max() ?? 0
    return max(widest, kind.usualWidth)
  }

  private func barRoom(_ nameWidth: Int, _ kinds: [Figure], _ figures: [[Figure: String]]) -> Int {
    width - nameWidth - 2 - kinds.reduce(0) { $0 + 2 + columnWidth($1, figures) }
  }

  private func shares(_ counts: TaskCounts) -> BarShares {
    let total = Double(max(counts.total, 1))
    return BarShares(
      succeeded: Double(counts.succeeded) / total,
      failed: Double(counts.failed + counts.cancelled) / total,
      running: Double(counts.running) / total)
  }

  private func stepName(_ model: WatchModel, _ step: Int) -> String {
    let name = model.steps[step].name
    return escaped(name.isEmpty ? model.steps[step].work : name)
  }

  // MARK: running tasks

  private func runningLines(_ model: WatchModel, room: Int) -> [String] {
    let tasks = model.running.sorted { ($0.step, $0.task) < ($1.step, $1.task) }
    guard !tasks.isEmpty, room > 0 else { return [] }
    let shown = tasks.count <= room ? tasks : Array(tasks.prefix(room - 1))
    let names = shown.map { shortName(model, $0.step, TaskRange($0.task)) }
    let nameWidth = min(names.map { displayWidth($0) }.max() ?? 0, width / 4)
    let phaseWidth = min(
      shown.map { displayWidth(escaped($0.progress.phase)) }.max() ?? 0, width / 5)
    var lines = zip(shown, names).map { task, name in
      var line = "  " + padded(truncated(name, to: nameWidth), to: nameWidth) + "  "
      line += padded(truncated(escaped(task.progress.phase), to: phaseWidth), to: phaseWidth)
      line += "  " + fraction(task.progress.fraction)
      return line + metrics(model, task, room: width - displayWidth(line))
    }
    if shown.count < tasks.count {
      lines.append(style("  and \(tasks.count - shown.count) more running", .faint))
    }
    return lines
  }

  private func fraction(_ fraction: Double?) -> String {
    guard let fraction else { return "    " }
    return paddedLeft("\(Int(min(max(fraction, 0), 1) * 100))%", to: 4)
  }

  /// `  residual 3.2e-5 ▇▅▃▁  iteration 41`, as many as there is room for.
  ///
  /// Measurements come first and have a curve; whole numbers are counters and have none.
  private func metrics(_ model: WatchModel, _ task: RunningTask, room: Int) -> String {
    var text = ""
    var used = 0
    let sorted = task.progress.metrics.sorted { a, b in
      let (first, second) = (isCounter(model, task, a.key), isCounter(model, task, b.key))
      return first == second ? a.key < b.key : second
    }
    for (name, value) in sorted {
      let plain = "  \(escaped(name)) \(spell(value, digits: 3))"
      if used + displayWidth(plain) > room { break }
      text += plain
      used += displayWidth(plain)
      guard !isCounter(model, task, name) else { continue }
      let curve = sparkline(history(model, task, name), width: 16)
      if !curve.isEmpty, used + displayWidth(curve) + 1 <= room {
        text += " " + style(curve, .active)
        used += displayWidth(curve) + 1
      }
    }
    return text
  }

  private func history(_ model: WatchModel, _ task: RunningTask, _ metric: String) -> [Double] {
    model.histories[WatchModel.MetricKey(step: task.step, task: task.task, metric: metric)] ?? []
  }

  private func isCounter(_ model: WatchModel, _ task: RunningTask, _ metric: String) -> Bool {
    history(model, task, metric).allSatisfy { $0 == $0.rounded() }
  }

  // MARK: failures

  private func failureLines(_ model: WatchModel, room: Int) -> [String] {
    guard !model.failures.isEmpty else { return [] }
    let shown = model.failures.count <= room ? room : room - 1
    var lines = model.failures.prefix(shown).map { failure in
      let why = failure.message.map { ": \($0)" } ?? ""
      let name = shortName(model, failure.step, failure.tasks)
      return style(truncated("  \(name) \(failure.reason)\(escaped(why))", to: width), .bad)
    }
    let rest = model.failures.count - lines.count
    if rest > 0 { lines.append(style("  and \(rest) more, see `kiln show`", .bad)) }
    return lines
  }

  /// `.4`, or `fatigue.4` where there are several steps.
  private func shortName(_ model: WatchModel, _ step: Int, _ tasks: TaskRange) -> String {
    guard model.steps.count > 1, model.steps.indices.contains(step) else { return ".\(tasks)" }
    return "\(escaped(model.steps[step].name)).\(tasks)"
  }
}
