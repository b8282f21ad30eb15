import Base

/// Runs the part of MATLAB that MATPOWER's case files consist of: assignments of numbers, matrices and
/// texts, parts of matrices, arithmetic, column constants, `if` with a plain condition.
///
/// What it does not understand is an error with its line, never passed over.
struct MatpowerInterpreter {
  var text: MatpowerText
  /// Fields of the case without its prefix, and other variables.
  var values: [String: MatpowerValue] = [:]
  /// Where each field was set.
  private(set) var places: [String: Int] = [:]
  /// Name of the result: `mpc`.
  private var result = "mpc"

  init(file: String, bytes: [UInt8]) { text = MatpowerText(file: file, bytes: bytes) }

  mutating func run() throws(KilnError) {
    text.skipSpace()
    while !text.isAtEnd {
      try statement()
      text.skipSpace()
    }
  }

  private mutating func statement() throws(KilnError) {
    let start = text.place
    if text.take(";") || text.take(",") { return }
    if text.peek() == UInt8(ascii: "[") { return try results() }
    guard let name = try path() else { throw refusal(at: start) }
    switch name {
    case "function": return try header()
    case "if": return try condition()
    case "else": return skipToEnd(orElse: false)
    case "end", "return": return
    default: break
    }
    text.skipBlanks()
    if let constants = MatpowerConstants.results(of: name), text.peek() != UInt8(ascii: "=") {
      for constant in constants { values[constant.name] = .matrix(MatpowerMatrix(constant.value)) }
      return
    }
    if text.peek() == UInt8(ascii: "(") { return try assignPart(of: name, at: start) }
    guard text.take("="), text.peek() != UInt8(ascii: "=") else { throw refusal(at: start) }
    text.skipBlanks()
    places[name] = start
    values[name] = try value()
    try endStatement()
  }

  private func refusal(at place: Int) -> KilnError {
    text.error(
      "this statement cannot be interpreted", at: place,
      fix: "Kiln reads data and simple conversions; run other code in MATLAB and save the case")
  }

  /// The right-hand side of a plain assignment.
  private mutating func value() throws(KilnError) -> MatpowerValue {
    switch text.peek() {
    case UInt8(ascii: "'"): return .text(try text.quoted())
    case UInt8(ascii: "{"): return .cell(try cell())
    default: return .matrix(try expression())
    }
  }

  private mutating func endStatement() throws(KilnError) {
    text.skipBlanks()
    let byte = text.peek()
    if text.take(";") || text.take(",") { return }
    guard text.isAtEnd || byte == MatpowerText.newline || byte == UInt8(ascii: "%") else {
      throw text.error("the statement does not end here")
    }
  }

  /// `function mpc = name`; version 1 returned matrices.
  private mutating func header() throws(KilnError) {
    text.skipBlanks()
    guard let name = text.name() else {
      throw text.error(
        "this is a case of MATPOWER's format version 1",
        fix: "convert it: savecase('new.m', loadcase('old.m'))")
    }
    text.skipBlanks()
    if text.peek() == UInt8(ascii: "=") { result = name }
    text.skipLine()
  }

  /// `if flag`, without comparison or with a number.
  private mutating func condition() throws(KilnError) {
    let start = text.place
    guard let flag = try expression().scalar else {
      throw text.error("a condition must be one number", at: start)
    }
    try endStatement()
    if flag == 0 { skipToEnd(orElse: true) }
  }

  /// Passes lines up to the `end` of this `if`, or to its `else`.
  private mutating func skipToEnd(orElse: Bool) {
    var depth = 1
    while !text.isAtEnd {
      text.skipSpace()
      switch text.name() {
      case "if", "for", "while", "switch": depth += 1
      case "else" where orElse && depth == 1: return
      case "end":
        depth -= 1
        if depth == 0 { return }
      default: break
      }
      text.skipLine()
    }
  }

  /// `[A, B, …] = idx_bus;`
  private mutating func results() throws(KilnError) {
    let start = text.place
    text.place += 1
    var names: [String] = []
    while !text.take("]") {
      text.skipBlanks()
      if text.take(",") { continue }
      guard let name = text.name() else { throw refusal(at: start) }
      names.append(name)
      text.skipBlanks()
    }
    text.skipBlanks()
    guard text.take("=") else { throw refusal(at: start) }
    text.skipBlanks()
    guard let function = text.name(), let constants = MatpowerConstants.results(of: function),
      names.count <= constants.count
    else { throw refusal(at: start) }
    for (name, constant) in zip(names, constants) {
      values[name] = .matrix(MatpowerMatrix(constant.value))
    }
    try endStatement()
  }

  /// `mpc.bus(:, [PD, QD]) = …`
  private mutating func assignPart(of name: String, at start: Int) throws(KilnError) {
    guard case .matrix(var matrix)? = values[name] else { throw refusal(at: start) }
    let (rows, columns) = try indices(in: matrix, named: name)
    text.skipBlanks()
    guard text.take("=") else { throw refusal(at: start) }
    text.skipBlanks()
    let value = try expression()
    let isScalar = value.scalar != nil
    guard isScalar || (value.columns == columns.count && value.rows == rows.count) else {
      throw text.error("the two sides have different shapes", at: start)
    }
    for (r, row) in rows.enumerated() {
      for (c, column) in columns.enumerated() {
        matrix[row, column] = isScalar ? value.values[0] : value[r, c]
      }
    }
    values[name] = .matrix(matrix)
    try endStatement()
  }

  /// Texts between braces; numbers among them are kept as they are written.
  private mutating func cell() throws(KilnError) -> [String] {
    let start = text.place
    var texts: [String] = []
    text.place += 1
    while true {
      text.skipSpace()
      if text.take("}") { return texts }
      if text.take(";") || text.take(",") { continue }
      guard !text.isAtEnd else { throw text.error("this list has no end", at: start) }
      if text.peek() == UInt8(ascii: "'") {
        texts.append(try text.quoted())
      } else {
        texts.append("\(try expression().scalar ?? .nan)")
      }
    }
  }

  /// A name with its fields, without the name of the result: `bus` of `mpc.bus`.
  mutating func path() throws(KilnError) -> String? {
    guard var path = text.name() else { return nil }
    while text.peek() == UInt8(ascii: "."), MatpowerText.isLetter(text.peek(1)) {
      text.place += 1
      path += "." + (text.name() ?? "")
    }
    let prefix = result + "."
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  mutating func expect(_ character: Unicode.Scalar) throws(KilnError) {
    text.skipBlanks()
    guard text.take(character) else { throw text.error("`\(character)` is missing here") }
  }
}
