import Base
import Glibc

/// Expressions of a case file: numbers, names, calls, parts of matrices, arithmetic.
extension MatpowerInterpreter {
  /// Sums and differences, the lowest precedence that case files use.
  mutating func expression(inMatrix: Bool = false) throws(KilnError) -> MatpowerMatrix {
    var left = try product(inMatrix: inMatrix)
    while true {
      let start = text.place
      text.skipBlanks()
      let isSpaced = text.place > start
      let sign = text.peek()
      // Between brackets `1 -2` are two elements, `1 - 2` is one.
      let isElement = inMatrix && isSpaced && !Self.isBlank(text.peek(1))
      guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), !isElement else {
        text.place = start
        return left
      }
      text.place += 1
      let right = try product(inMatrix: inMatrix)
      left = try combine(left, right, at: start) { sign == UInt8(ascii: "+") ? $0 + $1 : $0 - $1 }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func product(inMatrix: Bool) throws(KilnError) -> MatpowerMatrix {
    var left = try signed(inMatrix: inMatrix)
    while true {
      let start = text.place
      text.skipBlanks()
      let isElementwise = text.peek() == UInt8(ascii: ".")
      let sign = text.peek(isElementwise ? 1 : 0)
      guard sign == UInt8(ascii: "*") || sign == UInt8(ascii: "/") else {
        text.place = start
        return left
      }
      text.place += isElementwise ? 2 : 1
      let right = try signed(inMatrix: inMatrix)
      let isScaling = right.scalar != nil || (left.scalar != nil && sign == UInt8(ascii: "*"))
      guard isElementwise || isScaling else {
        throw text.error(
          "this product of matrices is not understood", at: start,
          fix: "write `.*` or `./` where element by element is meant")
      }
      left = try combine(left, right, at: start) { sign == UInt8(ascii: "*") ? $0 * $1 : $0 / $1 }
    }
  }

  private mutating func signed(inMatrix: Bool) throws(KilnError) -> MatpowerMatrix {
    text.skipBlanks()
    if text.take("-") {
      var value = try signed(inMatrix: inMatrix)
      for index in value.values.indices { value.values[index].negate() }
      return value
    }
    if text.take("+") { return try signed(inMatrix: inMatrix) }
    var base = try operand()
    while true {
      let start = text.place
      text.skipBlanks()
      let isElementwise = text.peek() == UInt8(ascii: ".") && text.peek(1) == UInt8(ascii: "^")
      guard isElementwise || text.peek() == UInt8(ascii: "^") else {
        text.place = start
        return base
      }
      text.place += isElementwise ? 2 : 1
      text.skipBlanks()
      let isNegative = text.take("-")
      let exponent = try operand()
      base = try combine(base, exponent, at: start) { pow($0, isNegative ? -$1 : $1) }
    }
  }

  private mutating func operand() throws(KilnError) -> MatpowerMatrix {
    text.skipBlanks()
    if let number = text.number() { return MatpowerMatrix(number) }
    let start = text.place
    if text.take("(") {
      let value = try expression()
      try expect(")")
      return value
    }
    if text.peek() == UInt8(ascii: "[") { return try matrix() }
    guard let name = try path() else { throw text.error("a number or a name is missing here") }
    if let value = values[name] {
      guard case .matrix(let matrix) = value else {
        throw text.error("`\(name)` is not a matrix of numbers", at: start)
      }
      return text.peek() == UInt8(ascii: "(") ? try part(of: matrix, named: name) : matrix
    }
    if let constant = Self.constants[name] { return MatpowerMatrix(constant) }
    if let function = Self.functions[name], text.take("(") {
      var argument = try expression()
      try expect(")")
      for index in argument.values.indices {
        argument.values[index] = function(argument.values[index])
      }
      return argument
    }
    throw text.error(
      "`\(name)` is not known here", at: start,
      fix: "Kiln reads data and simple conversions; run other code in MATLAB and save the case")
  }

  static let constants: [String: Double] = [
    "Inf": .infinity, "inf": .infinity, "NaN": .nan, "nan": .nan, "pi": .pi, "eps": 0x1p-52,
    "true": 1, "false": 0,
  ]

  private static let functions: [String: @Sendable (Double) -> Double] = [
    "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) }, "asin": { asin($0) },
    "acos": { acos($0) }, "atan": { atan($0) }, "sqrt": { $0.squareRoot() }, "abs": { abs($0) },
    "exp": { exp($0) }, "log": { log($0) },
  ]

  // MARK: Matrices

  /// Numbers between brackets, rows separated by semicolons or ends of lines.
  mutating func matrix() throws(KilnError) -> MatpowerMatrix {
    let start = text.place
    text.place += 1
    var result = MatpowerMatrix(columns: 0, values: [])
    var rowStart = -1
    var count = 0
    while true {
      text.skipBlanks()
      let byte = text.peek()
      switch byte {
      case UInt8(ascii: ","): text.place += 1
      case UInt8(ascii: ";"), UInt8(ascii: "]"), MatpowerText.newline, UInt8(ascii: "%"):
        if count > 0 {
          if result.rows == 0 { result.columns = count }
          guard count == result.columns else {
            throw text.error(
              "this row has \(count) numbers, the rows before have \(result.columns)", at: rowStart)
          }
          result.places.append(rowStart)
          count = 0
        }
        if byte == UInt8(ascii: "%") { text.skipComment() } else { text.place += 1 }
        if byte == UInt8(ascii: "]") { return result }
      default:
        guard !text.isAtEnd else { throw text.error("this matrix has no end", at: start) }
        if count == 0 { rowStart = text.place }
        count += try element(into: &result.values)
      }
    }
  }

  /// Adds one element, nearly always a plain number; returns how many numbers it was.
  private mutating func element(into values: inout [Double]) throws(KilnError) -> Int {
    let start = text.place
    let isNegative = text.take("-")
    if let number = text.number(), endsElement() {
      values.append(isNegative ? -number : number)
      return 1
    }
    text.place = start
    let value = try expression(inMatrix: true)
    guard value.rows <= 1 else { throw text.error("a matrix cannot stand in a row", at: start) }
    values += value.values
    return value.values.count
  }

  /// Whether what follows a number is not part of its expression.
  private func endsElement() -> Bool {
    var offset = 0
    while Self.isBlank(text.peek(offset)) { offset += 1 }
    let next = text.peek(offset + 1)
    switch text.peek(offset) {
    case UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "^"): return false
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return offset > 0 && !Self.isBlank(next)
    case UInt8(ascii: "."): return MatpowerText.isDigit(next)
    default: return true
    }
  }

  // MARK: Parts

  /// Row and column numbers of `(rows, columns)`, from 0; one list alone counts along a vector.
  mutating func indices(
    in matrix: MatpowerMatrix, named name: String
  ) throws(KilnError) -> (rows: [Int], columns: [Int]) {
    let start = text.place
    try expect("(")
    let first = try indexList()
    text.skipBlanks()
    var (rows, columns) = (first, [1] as [Int]?)
    if text.take(",") {
      columns = try indexList()
    } else if matrix.rows == 1 {
      (rows, columns) = ([1], first)
    }
    try expect(")")
    let chosen = (
      rows: (rows ?? Array(1...max(1, matrix.rows))).map { $0 - 1 },
      columns: (columns ?? Array(1...max(1, matrix.columns))).map { $0 - 1 }
    )
    guard chosen.rows.allSatisfy({ (0..<matrix.rows).contains($0) }),
      chosen.columns.allSatisfy({ (0..<matrix.columns).contains($0) })
    else {
      throw text.error(
        "`\(name)` has \(matrix.rows) rows and \(matrix.columns) columns; the index lies outside",
        at: start)
    }
    return chosen
  }

  /// `:`, a number, a list of numbers or a range; nil: all.
  private mutating func indexList() throws(KilnError) -> [Int]? {
    text.skipBlanks()
    let start = text.place
    if text.take(":") { return nil }
    let list = try expression()
    text.skipBlanks()
    var numbers = list.values
    if text.take(":") {
      guard let low = list.scalar, let high = try expression().scalar, low >= 1, high < 1e9 else {
        throw text.error("a range needs two numbers", at: start)
      }
      numbers = low <= high ? Array(stride(from: low, through: high, by: 1)) : []
    }
    let whole = numbers.compactMap { Int(exactly: $0) }
    guard whole.count == numbers.count else {
      throw text.error("an index must be a whole number", at: start)
    }
    return whole
  }

  private mutating func part(
    of matrix: MatpowerMatrix, named name: String
  ) throws(KilnError) -> MatpowerMatrix {
    let (rows, columns) = try indices(in: matrix, named: name)
    var values: [Double] = []
    values.reserveCapacity(rows.count * columns.count)
    for row in rows {
      for column in columns { values.append(matrix[row, column]) }
    }
    return MatpowerMatrix(columns: columns.count, values: values)
  }

  private func combine(
    _ left: MatpowerMatrix, _ right: MatpowerMatrix, at place: Int,
    _ operation: (Double, Double) -> Double
  ) throws(KilnError) -> MatpowerMatrix {
    guard let result = left.combined(with: right, operation) else {
      throw text.error("these two matrices have different shapes", at: place)
    }
    return result
  }
}
