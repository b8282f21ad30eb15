import Base
import JobModel

/// Reads `notify`: one target, or a list of them.
struct NoticeReader {
  let report: Report
  private var fields: FieldReader { FieldReader(report: report) }

  private static let example = "notify: {webhook: \"https://example.org/kiln\"}"

  func targets(_ node: Node) -> [NoticeTarget] {
    if case .sequence(let items) = node.kind { return items.compactMap(target) }
    return target(node).map { [$0] } ?? []
  }

  private func target(_ node: Node) -> NoticeTarget? {
    guard
      let section = Section(
        node, "`notify`", keys: Grammar.notice, example: NoticeReader.example, report: report)
    else { return nil }
    let occasions = section["on"].map(self.occasions) ?? Set(NoticeOccasion.allCases)
    switch (section["webhook"], section["command"]) {
    case (let address?, nil): return webhook(address).map { NoticeTarget($0, on: occasions) }
    case (nil, let words?): return command(words).map { NoticeTarget($0, on: occasions) }
    case (nil, nil), (.some, .some):
      if section.isUnderstood {
        report.add(
          "`notify` needs either `webhook` or `command`", at: node.mark,
          fix: "write `\(NoticeReader.example)`")
      }
      return nil
    }
  }

  private func webhook(_ node: Node) -> NoticeTarget.Way? {
    guard let address = fields.text(node, "`webhook`") else { return nil }
    let hasScheme = address.hasPrefix("https://") || address.hasPrefix("http://")
    let rest = address.drop { $0 != ":" }.dropFirst(3)
    guard hasScheme, rest.first.map({ $0 != "/" }) ?? false,
      address.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), address.utf8.count <= 2000
    else {
      report.add(
        "`webhook` must be an address\(fields.notThis(node))", at: node.mark,
        fix: "write it like `https://example.org/kiln`")
      return nil
    }
    return .webhook(address)
  }

  private func command(_ node: Node) -> NoticeTarget.Way? {
    guard let items = fields.list(node, "`command`", example: { "[\($0)]" }) else { return nil }
    let words = items.compactMap { fields.text($0, "a word of `command`") }
    guard !words.isEmpty else {
      report.add("`command` is empty", at: node.mark, fix: "name a program")
      return nil
    }
    return words.count == items.count ? .command(words) : nil
  }

  private func occasions(_ node: Node) -> Set<NoticeOccasion> {
    let known = NoticeOccasion.allCases.map(\.rawValue)
    guard let items = fields.list(node, "`on`", example: { "[\($0)]" }) else { return [] }
    var occasions: Set<NoticeOccasion> = []
    for item in items {
      guard let text = fields.text(item, "a word of `on`") else { continue }
      if let occasion = NoticeOccasion(rawValue: text) {
        occasions.insert(occasion)
      } else {
        report.add(
          "`on` knows no \(quoted(text))", at: item.mark, fix: suggestion(for: text, among: known))
      }
    }
    if items.isEmpty {
      report.add("`on` is empty", at: node.mark, fix: "write `on: [failure, end]`")
    }
    return occasions
  }
}

/// Who hears of every job of a server, `notify.yaml` in its state directory, and the key that signs.
package struct NoticeSettings: Hashable, Sendable {
  /// Signs every webhook; nil: they are not signed.
  package var secret: String?
  package var targets: [NoticeTarget] = []

  package init() {}

  /// - Throws: all problems, in the order of the file, each at `file:line:column`.
  package init(source: [UInt8], fileName: String) throws(Problems) {
    let report = Report(fileName: fileName)
    guard let root = TreeReader.read(source, report) else { throw report.problems }
    let section = Section(
      root, "the settings", keys: Grammar.noticeSettings, example: "secret: TEXT", report: report)
    if let section {
      secret = section["secret"].flatMap { FieldReader(report: report).text($0, "`secret`") }
      targets = section["notify"].map(NoticeReader(report: report).targets) ?? []
    }
    guard report.isEmpty else { throw report.problems }
  }
}
