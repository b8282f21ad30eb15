import Base

/// Headings of a table's columns, from one row or two.
enum Heading {
  /// `name [unit]` or `name (unit)`; a blank must stand before a parenthesis, and a number in brackets
  /// is part of the name (`v(1)`, `x[2]`).
  static func column(_ text: String) -> Column {
    for (open, close) in [("[", "]"), ("(", ")")] as [(Character, Character)] {
      guard text.last == close, let start = text.lastIndex(of: open) else { continue }
      let name = trimmed(text[..<start])
      let unit = trimmed(text[text.index(after: start)...].dropLast())
      let isApart = open == "[" || text[..<start].last == " "
      if isApart, !name.isEmpty, !unit.isEmpty, Double(unit) == nil {
        return Column(name, unit: unit == "-" ? nil : unit)
      }
    }
    return Column(trimmed(text[...]))
  }

  /// What a cell of a row of units says: `mm`, `[mm]` and `(mm)` are the same.
  static func unit(_ text: String) -> String? {
    var unit = trimmed(text[...])
    if unit.first == "[" && unit.last == "]" || unit.first == "(" && unit.last == ")" {
      unit = trimmed(unit.dropFirst().dropLast())
    }
    return unit.isEmpty || unit == "-" ? nil : unit
  }

  /// Columns of a table without headings.
  static func numbered(_ count: Int) -> [Column] {
    (1...max(count, 1)).map { Column("column \($0)") }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
