import Base
import JobModel

/// The keys of a job that say when it may run, and beside what.
extension JobAssembly {
  private static let labelsMax = 16

  func begin(_ node: Node) -> Timestamp? {
    guard let text = fields.text(node, "`begin`") else { return nil }
    if let time = Timestamp(spelling: text) { return time }
    report.add(
      "`begin` must be a date and a time with its zone\(fields.notThis(node))", at: node.mark,
      fix: "write it like `2026-12-01T08:00+08:00` or `2026-12-01T00:00Z`")
    return nil
  }

  /// A date and a time, or a span after the submission.
  func deadline(_ node: Node, begin: Timestamp?) -> Deadline? {
    guard let text = fields.text(node, "`deadline`") else { return nil }
    if let time = Timestamp(spelling: text) {
      if let begin, time <= begin {
        report.add("`deadline` is not after `begin`", at: node.mark, fix: "move one of them")
      }
      return .at(time)
    }
    if let (number, symbol) = Quantity.split(text),
      let span = UnitSystem.toSI(number, unit: symbol, dimension: "time"), span > 0,
      span <= 86_400 * 3650
    {
      return .after(Seconds(span))
    }
    report.add(
      "`deadline` must be a date and a time with its zone, or a span of time"
        + fields.notThis(node), at: node.mark,
      fix: "write it like `2026-12-01T08:00+08:00`, or `8 h` after the submission")
    return nil
  }

  func labels(_ node: Node) -> [String] {
    guard let items = fields.list(node, "`labels`", example: { "[\($0)]" }) else { return [] }
    guard items.count <= JobAssembly.labelsMax else {
      report.add(
        "`labels` has \(items.count) entries", at: node.mark,
        fix: "give at most \(JobAssembly.labelsMax)")
      return []
    }
    var labels: [String] = []
    for item in items {
      guard let label = fields.text(item, "a label"),
        fields.isName(label, "a label", at: item.mark), !labels.contains(label)
      else { continue }
      labels.append(label)
    }
    return labels
  }

  /// What is stopped for others starts again, which `retry: never` forbids.
  func checkPreemption(_ steps: [StepSpec], at mark: Mark) {
    guard steps.contains(where: { $0.retry == .never }) else { return }
    report.add(
      "`preemptible` and `retry: never` exclude each other", at: mark,
      fix: "remove one of them: a task that makes way is started again later")
  }
}
