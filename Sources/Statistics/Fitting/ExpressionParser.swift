import Base

/// Reads formulas: `b1 * (1 - exp(-b2 * x))`.
///
/// Powers (`^` or `**`, from the right) bind closest, then signs, then `*` and `/`, then `+` and `-`. Names
/// are letters, digits, `_` and `.`; names of columns with other characters stand in quotes.
package struct ExpressionParser {
  private let characters: [Character]
  private var position = 0
  /// What the text is, for errors: the parameter's name.
  private let source: String

  /// - Throws: what is wrong, at `source:position` (from 1).
  package static func parse(_ text: String, source: String) throws(KilnError) -> Expression {
    var parser = ExpressionParser(text, source)
    let expression = try parser.sum()
    parser.skipBlanks()
    guard parser.position == parser.characters.count else {
      throw parser.problem(
        "`\(parser.characters[parser.position])` does not belong here",
        fix: "an operator such as * or + may be missing")
    }
    return expression
  }

  private init(_ text: String, _ source: String) {
    characters = Array(text)
    self.source = source
  }

  private func problem(_ message: String, fix: String? = nil) -> KilnError {
    KilnError(.taskFailed, message, at: "\(source):\(position + 1)", fix: fix)
  }

  private mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private mutating func take(_ wanted: String) -> Bool {
    skipBlanks()
    let symbol = Array(wanted)
    guard characters[position...].starts(with: symbol) else { return false }
    position += symbol.count
    return true
  }

  private func peek(_ wanted: String) -> Bool {
    characters[position...].starts(with: Array(wanted))
  }

  private mutating func sum() throws(KilnError) -> Expression {
    var left = try product()
    while true {
      if take("+") {
        left = .binary(.add, left, try product())
      } else if take("-") {
        left = .binary(.subtract, left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(KilnError) -> Expression {
    var left = try signed()
    while true {
      skipBlanks()
      if !peek("**"), take("*") {
        left = .binary(.multiply, left, try signed())
      } else if take("/") {
        left = .binary(.divide, left, try signed())
      } else {
        return left
      }
    }
  }

  private mutating func signed() throws(KilnError) -> Expression {
    if take("-") { return .negated(try signed()) }
    if take("+") { return try signed() }
    let base = try primary()
    guard take("**") || take("^") else { return base }
    return .binary(.power, base, try signed())
  }

  private mutating func primary() throws(KilnError) -> Expression {
    skipBlanks()
    guard position < characters.count else {
      throw problem("the formula ends where a number, a name or `(` must stand")
    }
    let first = characters[position]
    if take("(") {
      let inner = try sum()
      guard take(")") else { throw problem("a `)` is missing") }
      return inner
    }
    if first.isASCII && first.isNumber || first == "." { return .number(try number()) }
    if first == "\"" || first == "'" || first == "`" { return .name(try quoted(first)) }
    guard Self.startsName(first) else {
      throw problem("`\(first)` is neither a number, a name nor `(`")
    }
    let start = position
    while position < characters.count, Self.continuesName(characters[position]) { position += 1 }
    let name = String(characters[start..<position])
    guard take("(") else { return name == "pi" ? .number(.pi) : .name(name) }
    return try call(name, at: start)
  }

  private mutating func call(_ name: String, at start: Int) throws(KilnError) -> Expression {
    var arguments = [try sum()]
    while take(",") { arguments.append(try sum()) }
    guard take(")") else { throw problem("a `)` is missing after the arguments of `\(name)`") }
    if let function = Expression.UnaryFunction(rawValue: name) {
      guard arguments.count == 1 else {
        throw problem("`\(name)` takes one argument, not \(arguments.count)")
      }
      return .call(function, arguments[0])
    }
    let operations: [String: Expression.BinaryOperation] = [
      "min": .smaller, "max": .larger, "pow": .power,
    ]
    if let operation = operations[name], arguments.count == 2 {
      return .binary(operation, arguments[0], arguments[1])
    }
    // Of a column: one number, which the caller puts in.
    if Self.aggregates.contains(name), arguments.count == 1, case .name(let column) = arguments[0] {
      return .name("\(name)(\(column))")
    }
    position = start
    let known = Expression.UnaryFunction.allCases.map(\.rawValue) + ["min", "max", "pow"]
    throw problem("there is no function `\(name)`", fix: Self.fix(name, known))
  }

  /// Functions of a whole column, in start values.
  package static let aggregates: Set<String> = [
    "min", "max", "mean", "median", "first", "last", "geomean",
  ]

  private static func fix(_ name: String, _ known: [String]) -> String {
    if let near = nearest(to: name, among: known) { return "did you mean `\(near)`?" }
    return "the functions are \(known.joined(separator: ", "))"
  }

  private mutating func number() throws(KilnError) -> Double {
    let start = position
    func isDigit(_ index: Int) -> Bool {
      index < characters.count && characters[index].isASCII && characters[index].isNumber
    }
    while isDigit(position) || position < characters.count && characters[position] == "." {
      position += 1
    }
    if position < characters.count, characters[position] == "e" || characters[position] == "E" {
      let signed = position + 1 < characters.count && "+-".contains(characters[position + 1])
      if isDigit(position + (signed ? 2 : 1)) {
        position += signed ? 2 : 1
        while isDigit(position) { position += 1 }
      }
    }
    var text = String(characters[start..<position])
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasSuffix(".") { text += "0" }
    guard let value = Double(text) else {
      position = start
      throw problem("`\(text)` is not a number")
    }
    return value
  }

  private mutating func quoted(_ mark: Character) throws(KilnError) -> String {
    let start = position
    position += 1
    var name = ""
    while position < characters.count, characters[position] != mark {
      name.append(characters[position])
      position += 1
    }
    guard position < characters.count else {
      position = start
      throw problem("the quoted name has no end")
    }
    position += 1
    return name
  }

  private static func startsName(_ character: Character) -> Bool {
    character.isLetter || character == "_"
  }

  private static func continuesName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
  }
}
