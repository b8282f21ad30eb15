/// Where something stands in a job file; both count from 1.
struct Mark: Hashable, Comparable {
  let line: Int
  let column: Int

  static func < (a: Mark, b: Mark) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A piece of a job file with its place; keys keep their order.
indirect enum Node {
  case scalar(Scalar)
  case sequence([Node], Mark)
  case mapping([Entry], Mark)

  struct Scalar {
    let text: String
    /// Quoted and block scalars are texts, whatever they look like.
    let isQuoted: Bool
    let mark: Mark
  }

  struct Entry {
    let key: String
    let keyMark: Mark
    let value: Node
  }

  var mark: Mark {
    switch self {
    case .scalar(let scalar): scalar.mark
    case .sequence(_, let mark), .mapping(_, let mark): mark
    }
  }

  /// What this is, for messages.
  var kind: String {
    switch self {
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
