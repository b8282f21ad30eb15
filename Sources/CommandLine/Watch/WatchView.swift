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
    let steps = model.steps.indices.map { stepLine(model, $0) }
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
    if model.retries > 0 {
      facts.append(model.retries == 1 ? "1 retry" : "\(model.retries) retries")
    }
    let tail = "  " + facts.joined(separator: "  ")
    let state = model.lostSince == nil ? summary.state.rawValue : "server lost, trying again"
    let room = width - displayWidth(tail) - displayWidth(state) - 2
    let name = truncated("\(summary.id) \(escaped(summary.name))", to: max(room, 4))
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

  private func stepLine(_ model: WatchModel, _ step: Int) -> String {
    let counts = model.counts[step]
    let name = padded(
      truncated(stepName(model, step), to: nameWidth(model)), to: nameWidth(model))
    let total = max(counts.total, 1)
    var facts = facts(counts, model.rates[step], ended: model.summary.state.isEnded)
    let barWidth = { (facts: [String]) in
      width - nameWidth(model) - 4 - displayWidth(facts.joined(separator: "  "))
    }
    // What is least urgent stands last and goes first.
    while facts.count > 1, barWidth(facts) < 10 { facts.removeLast() }
    let shares = BarShares(
      succeeded: Double(counts.succeeded) / Double(total),
      failed: Double(counts.failed + counts.cancelled) / Double(total),
      running: Double(counts.running) / Double(total))
    let drawn = bar(shares, width: min(max(barWidth(facts), 4), 60), style: style)
    return name + "  " + drawn + "  " + facts.joined(separator: "  ")
  }

  /// Most urgent first.
  private func facts(_ counts: TaskCounts, _ rate: RateEstimate, ended: Bool) -> [String] {
    let percent = counts.total == 0 ? 0 : counts.ended * 100 / counts.total
    var facts = ["\(paddedLeft("\(percent)", to: 3))%", "\(counts.ended)/\(counts.total)"]
    if counts.failed > 0 { facts.append("\(counts.failed) failed") }
    if counts.cancelled > 0 { facts.append("\(counts.cancelled) cancelled") }
    guard !ended, counts.ended < counts.total else { return facts }
    if let left = rate.left(total: counts.total) { facts.append("\(clock(left)) left") }
    if counts.running > 0 { facts.append("\(counts.running) running") }
    if let rate = rate.tasksPerSecond { facts.append("\(spellRate(rate))/s") }
    return facts
  }

  private func spellRate(_ rate: Double) -> String {
    rate >= 10 ? "\(Int(rate.rounded()))" : "\((rate * 100).rounded() / 100)"
  }

  private func stepName(_ model: WatchModel, _ step: Int) -> String {
    let name = model.steps[step].name
    return escaped(name.isEmpty ? model.steps[step].work : name)
  }

  private func nameWidth(_ model: WatchModel) -> Int {
    let longest = model.steps.indices.map { displayWidth(stepName(model, $0)) }.max() ?? 0
    return min(longest, max(12, width / 4))
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
  private func metrics(_ model: WatchModel, _ task: RunningTask, room: Int) -> String {
    var text = ""
    var used = 0
    for (name, value) in task.progress.metrics.sorted(by: { $0.key < $1.key }) {
      let key = WatchModel.MetricKey(step: task.step, task: task.task, metric: name)
      let plain = "  \(escaped(name)) \(spell(value))"
      let curve = sparkline(model.histories[key] ?? [], width: 16)
      if used + displayWidth(plain) > room { break }
      text += plain
      used += displayWidth(plain)
      if !curve.isEmpty, used + displayWidth(curve) + 1 <= room {
        text += " " + style(curve, .active)
        used += displayWidth(curve) + 1
      }
    }
    return text
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
