import Base

/// How a text table is written.
struct Dialect: Hashable, Sendable {
  /// The byte between cells; a blank stands for runs of blanks and tabs.
  var separator: UInt8
  /// The byte between whole part and fraction.
  var decimal: UInt8
  /// How many cells a row has.
  var cells: Int

  var separatesByBlanks: Bool { separator == Self.blank }

  static let blank = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let quote = UInt8(ascii: "\"")
  static let comment = UInt8(ascii: "#")

  /// The cells of a line without their quotes and the blanks around them.
  func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var cells: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var index = start
    var isQuoted = false
    while index < line.endIndex {
      let byte = line[index]
      if byte == Self.quote, isQuoted || line[start..<index].allSatisfy(isBlank) {
        isQuoted.toggle()
      }
      if !isQuoted, isSeparator(byte) {
        cells.append(line[start..<index])
        start = index + 1
      }
      index += 1
    }
    cells.append(line[start...])
    if separatesByBlanks { cells.removeAll(where: \.isEmpty) }
    return cells.map(unquoted)
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    byte == separator || separatesByBlanks && byte == Self.tab
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == Self.blank || byte == Self.tab && separator != Self.tab
  }

  private func unquoted(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let inner = CellText.trimmed(cell)
    guard inner.count >= 2, inner.first == Self.quote, inner.last == Self.quote else {
      return inner
    }
    return CellText.trimmed(inner.dropFirst().dropLast())
  }
}

/// What the text of a cell can be, apart from the fast way of plain numbers.
enum CellText {
  /// Texts that stand for a value that is not there, in lower case.
  private static let missing: Set<String> = [
    "", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", "missing", "-nan",
    "1.#qnan", "1.#ind", "-1.#ind", "#div/0!", "#value!",
  ]

  static func isMissing(_ cell: ArraySlice<UInt8>) -> Bool {
    cell.count <= 8 && missing.contains(String(decoding: cell, as: UTF8.self).lowercased())
  }

  /// Without blanks, tabs and carriage returns at both ends.
  static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var cell = cell
    while let first = cell.first, first == 0x20 || first == 0x09 || first == 0x0D {
      cell.removeFirst()
    }
    while let last = cell.last, last == 0x20 || last == 0x09 || last == 0x0D { cell.removeLast() }
    return cell
  }

  /// An infinity; nil for all else.
  static func infinity(_ cell: ArraySlice<UInt8>) -> Double? {
    switch String(decoding: cell, as: UTF8.self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": .infinity
    case "-inf", "-infinity": -.infinity
    case _: nil
    }
  }

  /// Whether a trimmed cell is a number, an infinity included.
  static func isNumber(_ cell: ArraySlice<UInt8>, decimal: UInt8) -> Bool {
    number(cell, decimal: decimal) != nil || infinity(cell) != nil
  }

  /// The value of a plain number: digits with at most one decimal mark and an exponent.
  static func number(_ cell: ArraySlice<UInt8>, decimal: UInt8) -> Double? {
    let allowed = cell.allSatisfy {
      $0 &- 0x30 <= 9 || $0 == decimal || $0 == 0x2B || $0 == 0x2D || $0 | 0x20 == 0x65
    }
    guard allowed else { return nil }
    let text = cell.map { $0 == decimal ? UInt8(ascii: ".") : $0 }
    return Double(String(decoding: text, as: UTF8.self))
  }

  /// Whether the cell is a number in groups of three digits, such as `1,234.5`.
  static func hasThousands(_ cell: ArraySlice<UInt8>, decimal: UInt8) -> Bool {
    let mark = decimal == 0x2E ? UInt8(ascii: ",") : UInt8(ascii: ".")
    let whole = cell.prefix { $0 != decimal && $0 | 0x20 != 0x65 }
    let groups = whole.drop { $0 == 0x2B || $0 == 0x2D }
      .split(separator: mark, omittingEmptySubsequences: false)
    guard groups.count > 1, let first = groups.first, (1...3).contains(first.count),
      groups.dropFirst().allSatisfy({ $0.count == 3 }),
      groups.allSatisfy({ $0.allSatisfy { $0 &- 0x30 <= 9 } })
    else { return false }
    let rest = cell.dropFirst(whole.count)
    return rest.isEmpty || number([UInt8(ascii: "0")] + rest, decimal: decimal) != nil
  }
}
