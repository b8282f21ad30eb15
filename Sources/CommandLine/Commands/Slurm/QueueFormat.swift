import Base
import JobModel
import Wire

/// What `squeue --format` asks for: texts, and fields such as `%.10i`.
struct QueueFormat {
  enum Field: Character, CaseIterable {
    case id = "i"
    case baseID = "A"
    case name = "j"
    case state = "t"
    case longState = "T"
    case time = "M"
    case account = "a"
    case nodes = "D"
    case reason = "R"
    case submitted = "V"
    case started = "S"
    case priority = "Q"

    var title: String {
      switch self {
      case .id, .baseID: "JOBID"
      case .name: "NAME"
      case .state: "ST"
      case .longState: "STATE"
      case .time: "TIME"
      case .account: "ACCOUNT"
      case .nodes: "NODES"
      case .reason: "NODELIST(REASON)"
      case .submitted: "SUBMIT_TIME"
      case .started: "START_TIME"
      case .priority: "PRIORITY"
      }
    }
  }

  private enum Piece {
    case text(String)
    /// Width nil: as wide as it is; a dot before the width sets it to the right.
    case field(Field, width: Int?, isRight: Bool)
  }

  private let pieces: [Piece]

  /// - Throws: where a field is not known, by its letter.
  init(_ text: String) throws(KilnError) {
    var pieces: [Piece] = []
    var rest = Substring(text)
    while let mark = rest.firstIndex(of: "%") {
      pieces.append(.text(String(rest[..<mark])))
      rest = rest[rest.index(after: mark)...]
      let isRight = rest.first == "."
      if isRight { rest = rest.dropFirst() }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let letter = rest.first, let field = Field(rawValue: letter) else {
        let known = Field.allCases.map { "%\($0.rawValue)" }.joined(separator: " ")
        throw KilnError(
          .usage, "the field `%\(rest.prefix(1))` of squeue is not understood",
          fix: "there are \(known)")
      }
      pieces.append(.field(field, width: Int(digits), isRight: isRight))
      rest = rest.dropFirst()
    }
    pieces.append(.text(String(rest)))
    self.pieces = pieces
  }

  var header: String { line { $0.title } }

  func line(_ value: (Field) -> String) -> String {
    let parts = pieces.map { piece in
      switch piece {
      case .text(let text): return text
      case .field(let field, let width, let isRight):
        guard let width else { return value(field) }
        let cell = String(value(field).prefix(width))
        return isRight ? paddedLeft(cell, to: width) : padded(cell, to: width)
      }
    }
    return parts.joined()
  }
}
