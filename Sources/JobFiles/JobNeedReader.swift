import Base
import JobModel

/// Reads `after`: the jobs that must have come to something before.
struct JobNeedReader {
  let report: Report
  private var fields: FieldReader { FieldReader(report: report) }

  private static let needsMax = 1000
  private static let range = 1...Int(Int32.max)

  func read(_ node: Node) -> [JobNeed] {
    guard let items = fields.list(node, "`after`", example: { "[\($0)]" }) else { return [] }
    guard items.count <= JobNeedReader.needsMax else {
      report.add(
        "`after` has \(items.count) entries; at most \(JobNeedReader.needsMax) are allowed",
        at: node.mark)
      return []
    }
    return items.compactMap(need)
  }

  private func need(_ node: Node) -> JobNeed? {
    switch node.kind {
    case .invalid: return nil
    case .scalar(let text, _):
      if let need = JobNeed(text) { return need }
      report.add(
        "\(quoted(text)) names no job to wait for", at: node.mark,
        fix: "write its number, as in `12`, or with a condition: `not-ok:12`, `any:12`, `each:12`")
      return nil
    case .mapping, .sequence:
      guard
        let section = Section(
          node, "an entry of `after`", keys: Grammar.jobNeed, example: "{job: 12, condition: any}",
          report: report)
      else { return nil }
      return need(section)
    }
  }

  private func need(_ section: Section) -> JobNeed? {
    guard let node = section["job"] else {
      report.add("an entry of `after` names no job", at: section.mark, fix: "add `job: NUMBER`")
      return nil
    }
    guard let number = fields.integer(node, "`job`", JobNeedReader.range),
      let condition = section["condition"].map(condition) ?? .ok
    else { return nil }
    return JobNeed(JobID(Int64(number)), condition)
  }

  private func condition(_ node: Node) -> JobCondition? {
    guard let text = fields.text(node, "`condition`") else { return nil }
    if let condition = JobCondition(rawValue: text) { return condition }
    let known = JobCondition.allCases.map(\.rawValue)
    report.add(
      "`condition` must be \(listed(known))\(fields.notThis(node))", at: node.mark,
      fix: nearest(to: text, among: known).map { "did you mean `\($0)`?" })
    return nil
  }
}
