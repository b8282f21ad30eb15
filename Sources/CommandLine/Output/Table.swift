import Base

/// A column of a listing; its name is a header for people and a key for machines.
package struct Column: Hashable, Sendable {
  /// Lower case, words joined by underscores: the member of the JSON object.
  let key: String
  /// Printed behind the name: `max_displacement (mm)`.
  let unit: String?
  /// May be cut to make the table fit.
  let isElastic: Bool
  /// Left out of a terminal that is too narrow.
  let isOptional: Bool

  init(_ key: String, unit: String? = nil, isElastic: Bool = false, isOptional: Bool = false) {
    self.key = key
    self.unit = unit
    self.isElastic = isElastic
    self.isOptional = isOptional
  }

  var title: String { unit.map { "\(key) (\($0))" } ?? key }
}

/// Rows of one kind: all three forms of a listing come from this value.
package struct Table: Hashable, Sendable {
  let columns: [Column]
  private(set) var rows: [[Cell]] = []
  /// Rows that stand out, by index.
  private(set) var emphases: [Int: Emphasis] = [:]

  init(_ columns: [Column]) { self.columns = columns }

  /// - Precondition: one cell for each column.
  mutating func add(_ cells: [Cell], _ emphasis: Emphasis? = nil) {
    precondition(cells.count == columns.count, "a row of \(cells.count) cells")
    emphases[rows.count] = emphasis
    rows.append(cells)
  }
}

/// How data is written.
package enum Form: Hashable, Sendable {
  /// Aligned columns that fit into a terminal.
  case terminal(width: Int, hasColor: Bool)
  /// A header line, then one line for each row, separated by tabs.
  case tabs
  /// The same by RFC 4180.
  case commas
  /// An array of objects.
  case json
}

extension Table {
  func rendered(as form: Form, now: Timestamp) -> String {
    let sink = MemorySink()
    write(as: form, now: now, to: sink)
    return sink.text
  }

  /// Row by row, but for a terminal: a table of a sweep may have a million of them.
  func write(as form: Form, now: Timestamp, to sink: some TextSink) {
    switch form {
    case .terminal(let width, let hasColor):
      sink.write(aligned(width: width, style: Style(hasColor: hasColor), now: now))
    case .tabs:
      sink.write(columns.map(\.key).joined(separator: "\t") + "\n")
      writeLines("\t", "\n", to: sink) { escapedCell($0) }
    case .commas:
      sink.write(columns.map(\.title).joined(separator: ",") + "\r\n")
      writeLines(",", "\r\n", to: sink) { quotedCell($0) }
    case .json:
      sink.write("[")
      for (place, row) in rows.enumerated() {
        if place > 0 { sink.write(",") }
        sink.write(json(of: row).bytes)
      }
      sink.write("]\n")
    }
  }

  private func json(of row: [Cell]) -> JSONValue {
    .object(zip(columns, row).map { JSONValue.Member(name: $0.key, value: $1.json) })
  }

  private func writeLines(
    _ separator: String, _ end: String, to sink: some TextSink, _ spell: (String) -> String
  ) {
    var line: [UInt8] = []
    for row in rows {
      line.removeAll(keepingCapacity: true)
      for (place, cell) in row.enumerated() {
        if place > 0 { line.append(contentsOf: separator.utf8) }
        line.append(contentsOf: spell(cell.exact).utf8)
      }
      line.append(contentsOf: end.utf8)
      sink.write(line)
    }
  }

  private func quotedCell(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  private func aligned(width: Int, style: Style, now: Timestamp) -> String {
    let texts = rows.map { $0.map { $0.spelled(now: now) } }
    let natural = columns.indices.map { column in
      max(displayWidth(columns[column].title), texts.map { displayWidth($0[column]) }.max() ?? 0)
    }
    let (shown, widths) = fitted(natural, into: width)
    let numeric = columns.indices.map { column in
      rows.allSatisfy { $0[column].isNumber || $0[column] == .empty }
        && rows.contains { $0[column].isNumber }
    }
    func line(_ cells: [String]) -> String {
      let parts = shown.map { column in
        let cell = truncated(cells[column], to: widths[column])
        return numeric[column]
          ? paddedLeft(cell, to: widths[column]) : padded(cell, to: widths[column])
      }
      return withoutTrailingSpace(parts.joined(separator: "  "))
    }
    var lines = [style(line(columns.map(\.title)), .heading)]
    for (place, cells) in texts.enumerated() {
      lines.append(emphases[place].map { style(line(cells), $0) } ?? line(cells))
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Columns to show with their widths: optional ones go first, then the elastic ones give way,
  /// the widest first.
  private func fitted(_ natural: [Int], into width: Int) -> (shown: [Int], widths: [Int]) {
    var shown = Array(columns.indices)
    var widths = natural
    func excess() -> Int { shown.reduce(-2) { $0 + widths[$1] + 2 } - width }
    func slack() -> Int {
      shown.reduce(0) { $0 + (columns[$1].isElastic ? max(0, natural[$1] - Table.cutMin) : 0) }
    }
    while excess() > slack(), let last = shown.lastIndex(where: { columns[$0].isOptional }) {
      shown.remove(at: last)
    }
    while excess() > 0 {
      let candidates = shown.filter { columns[$0].isElastic && widths[$0] > Table.cutMin }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
    }
    return (shown, widths)
  }

  /// No column is cut to less than this.
  private static let cutMin = 8
}
