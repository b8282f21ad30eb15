import Base

/// When a task has come far enough: `residual < 1e-6 or iterations > 500`.
///
/// Grammar: comparisons of names and numbers by `<`, `<=`, `>`, `>=`, `==`, `!=`, joined by `not`,
/// `and`, `or` (binding in this order) and parentheses. A comparison with a metric that has not been
/// reported yet is neither true nor false, and so decides nothing.
package struct StopCondition: Hashable, Sendable {
  /// As it was written.
  package let text: String
  private let root: Node

  indirect enum Node: Hashable, Sendable {
    case comparison(Operand, Comparator, Operand)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
  }

  enum Operand: Hashable, Sendable {
    case metric(String)
    case number(Double)
  }

  enum Comparator: String, Hashable, Sendable, CaseIterable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case different = "!="
    case less = "<"
    case greater = ">"
  }

  /// What is wrong with a condition, and in which column, from 1.
  package struct Mistake: Error, Hashable {
    package let message: String
    package let column: Int
  }

  /// Reads a condition.
  package init(_ text: String) throws(Mistake) {
    var parser = StopConditionParser(text)
    root = try parser.condition()
    self.text = text
  }

  /// The metrics that it names, sorted.
  package var metrics: [String] { Self.metrics(of: root).sorted() }

  /// Whether it holds; nil where that depends on a metric that is not known yet.
  package func holds(_ metrics: [String: Double]) -> Bool? { Self.value(of: root, metrics) }

  private static func metrics(of node: Node) -> Set<String> {
    switch node {
    case .comparison(let left, _, let right):
      Set([left, right].compactMap { if case .metric(let name) = $0 { name } else { nil } })
    case .not(let inner): metrics(of: inner)
    case .and(let left, let right), .or(let left, let right):
      metrics(of: left).union(metrics(of: right))
    }
  }

  private static func value(of node: Node, _ metrics: [String: Double]) -> Bool? {
    switch node {
    case .comparison(let left, let comparator, let right):
      guard let left = value(of: left, metrics), let right = value(of: right, metrics) else {
        return nil
      }
      return comparator.compares(left, right)
    case .not(let inner): return value(of: inner, metrics).map { !$0 }
    case .and(let left, let right):
      let values = [value(of: left, metrics), value(of: right, metrics)]
      return values.contains(false) ? false : values.contains(nil) ? nil : true
    case .or(let left, let right):
      let values = [value(of: left, metrics), value(of: right, metrics)]
      return values.contains(true) ? true : values.contains(nil) ? nil : false
    }
  }

  private static func value(of operand: Operand, _ metrics: [String: Double]) -> Double? {
    switch operand {
    case .metric(let name): metrics[name]
    case .number(let number): number
    }
  }
}

extension StopCondition: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    try self.init(try container.decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension StopCondition.Comparator {
  fileprivate func compares(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .different: left != right
    }
  }
}

/// Reads the grammar of ``StopCondition`` by recursive descent.
private struct StopConditionParser {
  private enum Token: Hashable {
    case name(String)
    case number(Double)
    case comparator(StopCondition.Comparator)
    case open
    case close
    case end
  }

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  private static let depthMax = 32
  private static let words: Set<String> = ["and", "or", "not"]

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func condition() throws(StopCondition.Mistake) -> StopCondition.Node {
    let node = try disjunction()
    let start = skipBlanks()
    guard try next() == .end else {
      throw mistake("something follows the condition; join conditions with `and` or `or`", start)
    }
    return node
  }

  private mutating func disjunction() throws(StopCondition.Mistake) -> StopCondition.Node {
    var node = try conjunction()
    while try takes("or") { node = .or(node, try conjunction()) }
    return node
  }

  private mutating func conjunction() throws(StopCondition.Mistake) -> StopCondition.Node {
    var node = try negation()
    while try takes("and") { node = .and(node, try negation()) }
    return node
  }

  private mutating func negation() throws(StopCondition.Mistake) -> StopCondition.Node {
    depth += 1
    defer { depth -= 1 }
    let start = skipBlanks()
    guard depth <= Self.depthMax else { throw mistake("the condition is nested too deeply", start) }
    if try takes("not") { return .not(try negation()) }
    guard try peek() == .open else { return try comparison() }
    _ = try next()
    let node = try disjunction()
    let end = skipBlanks()
    guard try next() == .close else { throw mistake("a `)` is missing here", end) }
    return node
  }

  private mutating func comparison() throws(StopCondition.Mistake) -> StopCondition.Node {
    let left = try operand()
    let start = skipBlanks()
    guard case .comparator(let comparator) = try next() else {
      throw mistake("a comparison is missing here: `<`, `<=`, `>`, `>=`, `==` or `!=`", start)
    }
    return .comparison(left, comparator, try operand())
  }

  private mutating func operand() throws(StopCondition.Mistake) -> StopCondition.Operand {
    let start = skipBlanks()
    switch try next() {
    case .name(let name) where !Self.words.contains(name): return .metric(name)
    case .number(let number): return .number(number)
    case .name, .comparator, .open, .close, .end:
      throw mistake("the name of a metric or a number is missing here", start)
    }
  }

  // MARK: Words

  private mutating func takes(_ word: String) throws(StopCondition.Mistake) -> Bool {
    guard try peek() == .name(word) else { return false }
    _ = try next()
    return true
  }

  private func peek() throws(StopCondition.Mistake) -> Token {
    var copy = self
    return try copy.next()
  }

  private mutating func next() throws(StopCondition.Mistake) -> Token {
    let start = skipBlanks()
    guard start < scalars.count else { return .end }
    switch scalars[start] {
    case "(":
      position += 1
      return .open
    case ")":
      position += 1
      return .close
    case "<", ">", "=", "!": return .comparator(try comparator(at: start))
    case let first where first.properties.isAlphabetic || first == "_":
      return .name(
        take { $0.properties.isAlphabetic || Self.isDigit($0) || "_-.".unicodeScalars.contains($0) }
      )
    default: return .number(try number(at: start))
    }
  }

  private mutating func comparator(
    at start: Int
  ) throws(StopCondition.Mistake) -> StopCondition.Comparator {
    for comparator in StopCondition.Comparator.allCases
    where scalars[start...].starts(with: comparator.rawValue.unicodeScalars) {
      position += comparator.rawValue.unicodeScalars.count
      return comparator
    }
    throw mistake("`\(scalars[start])` is no comparison; equal is `==`, different is `!=`", start)
  }

  private mutating func number(at start: Int) throws(StopCondition.Mistake) -> Double {
    var previous: Unicode.Scalar = " "
    let word = take { scalar in
      let isSign =
        (scalar == "-" || scalar == "+")
        && (previous == " " || "eE".unicodeScalars.contains(previous))
      defer { previous = scalar }
      return isSign || Self.isDigit(scalar) || scalar == "." || "eE".unicodeScalars.contains(scalar)
    }
    guard let number = Quantity.number(word), number.isFinite else {
      let shown = word.isEmpty ? String(scalars[start]) : word
      throw mistake("`\(shown)` is neither a number nor the name of a metric", start)
    }
    return number
  }

  private mutating func take(while fits: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while position < scalars.count, fits(scalars[position]) {
      text.append(scalars[position])
      position += 1
    }
    return String(text)
  }

  @discardableResult
  private mutating func skipBlanks() -> Int {
    while position < scalars.count, scalars[position].properties.isWhitespace { position += 1 }
    return position
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private func mistake(_ message: String, _ position: Int) -> StopCondition.Mistake {
    StopCondition.Mistake(message: message, column: position + 1)
  }
}
