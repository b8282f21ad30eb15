import Base
import JobModel

extension StepReader {
  /// `isolation`, `checkpoint` and `stop_when`: how the tasks of a step are run.
  func execution(_ section: Section, of draft: StepDraft) -> ExecutionDraft {
    for key in ["isolation", "checkpoint"] {
      guard let kernel = draft.work.kernel, let mark = section.mark(of: key) else { continue }
      report.add(
        "`\(key)` is for commands, not for \(kernel.name)", at: mark, fix: "remove it")
    }
    return ExecutionDraft(
      isolation: section["isolation"].flatMap(isolation),
      checkpoint: section["checkpoint"].flatMap { checkpoint($0, draft.resources) },
      stopWhen: section["stop_when"].flatMap { stopCondition($0, draft.work) })
  }

  private func isolation(_ node: Node) -> Isolation? {
    choice(node, "`isolation`", Isolation.allCases.map(\.rawValue)).flatMap(Isolation.init)
  }

  private func choice(_ node: Node, _ title: String, _ known: [String]) -> String? {
    guard let text = fields.text(node, title) else { return nil }
    if known.contains(text) { return text }
    report.add(
      "\(title) must be \(listed(known))\(fields.notThis(node))", at: node.mark,
      fix: nearest(to: text, among: known).map { "did you mean `\($0)`?" })
    return nil
  }

  private func checkpoint(_ node: Node, _ resources: Resources) -> CheckpointPolicy? {
    guard
      let section = Section(
        node, "`checkpoint`", keys: Grammar.checkpoint,
        example: "checkpoint: {signal: USR1, before: 60 s}", report: report)
    else { return nil }
    var policy = CheckpointPolicy()
    if let signal = section["signal"], let name = fields.text(signal, "`signal`") {
      if let known = SignalName(spelling: name) {
        policy.signal = known
      } else {
        let names = SignalName.allCases.map(\.rawValue)
        report.add(
          "\(quoted(name)) is no signal", at: signal.mark,
          fix: nearest(to: name, among: names).map { "did you mean `\($0)`?" }
            ?? "known are \(listed(names, "and"))")
      }
    }
    guard let before = section["before"], let time = fields.duration(before, "`before`") else {
      return policy
    }
    if let limit = resources.time, time >= limit {
      report.add(
        "`before` is not shorter than the time limit of \(limit)", at: before.mark,
        fix: "make it shorter, or `resources: {time: …}` longer")
    }
    policy.before = time
    return policy
  }

  private func stopCondition(_ node: Node, _ work: WorkDraft) -> StopCondition? {
    guard let text = fields.text(node, "`stop_when`") else { return nil }
    let condition: StopCondition
    do throws(StopCondition.Mistake) {
      condition = try StopCondition(text)
    } catch {
      report.add(
        "`stop_when`, column \(error.column) of \(quoted(text)): \(error.message)",
        at: node.mark, fix: "write it like `residual < 1e-6 or iterations > 500`")
      return nil
    }
    checkMetrics(of: condition, work, at: node.mark)
    return condition
  }

  /// A kernel says which metrics it reports; what a command prints nobody knows before.
  private func checkMetrics(of condition: StopCondition, _ work: WorkDraft, at mark: Mark) {
    guard let kernel = work.kernel else { return }
    let known = kernel.metrics.map(\.name)
    for name in condition.metrics where !known.contains(name) {
      report.add(
        "\(kernel.name) reports no metric `\(name)`", at: mark,
        fix: known.isEmpty
          ? "it reports none; remove `stop_when`"
          : suggestion(for: name, among: known))
    }
  }
}
