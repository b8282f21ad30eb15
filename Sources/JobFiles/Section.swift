import Catalogue

/// A mapping whose keys have been checked: what is not in its list of keys is reported.
struct Section {
  let mark: Mark
  /// Whether all keys were known, so that a missing one is not a misspelt one.
  let isUnderstood: Bool
  /// A handful, which is searched faster than it is hashed.
  private let entries: [Node.Entry]

  /// Nil where the node is no mapping, which is reported with an example of how to write it.
  init?(_ node: Node, _ title: String, keys: [Key], example: String, report: Report) {
    guard let found = Section.entries(node, title, example: example, report: report) else {
      return nil
    }
    let known = keys.map(\.name)
    var entries: [Node.Entry] = []
    for entry in found {
      guard known.contains(entry.key) else {
        report.add(
          "unknown key \(quoted(entry.key))", at: entry.mark,
          fix: Self.home(of: entry.key, in: found) ?? suggestion(for: entry.key, among: known))
        continue
      }
      if entry.value.isNull {
        report.add(
          "`\(entry.key)` is empty", at: entry.mark, fix: "give it a value or remove the line")
      } else {
        entries.append(entry)
      }
    }
    mark = node.mark
    self.entries = entries
    isUnderstood = entries.count == found.count
  }

  /// Where a key belongs that stands beside the kernel of which it is a parameter or an input.
  private static func home(of key: String, in entries: [Node.Entry]) -> String? {
    guard case .scalar(let name, _)? = entries.first(where: { $0.key == "kernel" })?.value.kind,
      let kernel = Catalogue.kernel(name)
    else { return nil }
    if kernel.parameters.contains(where: { $0.name == key }) {
      return "it is a parameter of \(name): write `parameters: {\(key): VALUE}`"
    }
    if kernel.inputs.contains(where: { $0.name == key }) {
      return "it is an input of \(name): write `inputs: {\(key): FILE}`"
    }
    return nil
  }

  /// The value of a key; nil where it is not given.
  subscript(key: String) -> Node? { entry(key)?.value }

  /// Where a key stands.
  func mark(of key: String) -> Mark? { entry(key)?.mark }

  private func entry(_ key: String) -> Node.Entry? { entries.first { $0.key == key } }

  /// The entries of a mapping with free keys; nil where the node is none, which is reported.
  static func entries(
    _ node: Node, _ title: String, example: String, report: Report
  ) -> [Node.Entry]? {
    switch node.kind {
    case .mapping(let entries): return entries
    case .invalid: return nil
    case .scalar, .sequence:
      report.add("\(title) must be a mapping", at: node.mark, fix: "write `\(example)`")
      return nil
    }
  }
}
