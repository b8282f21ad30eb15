/// A value of the job file with its place.
struct Node {
  enum Kind {
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    case mapping([Entry])
    /// Reported already; nothing more is to be said about it.
    case invalid
  }

  struct Entry {
    let key: String
    let mark: Mark
    let value: Node
  }

  let kind: Kind
  let mark: Mark

  /// `key:` with nothing behind it, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = kind else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}
