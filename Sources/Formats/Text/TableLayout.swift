import Base

/// What the beginning of a text table tells: dialect, headings, and where the rows begin.
struct TableLayout {
  var dialect: Dialect
  var columns: [Column]
  /// Columns of the sample whose cells are numbers, where they are not missing.
  var isNumeric: [Bool]
  var encoding: TextEncoding
  /// Offset of the first row of values in the file.
  var start: Int

  /// - Parameter isWhole: whether the bytes are the whole file.
  static func sniff(
    _ bytes: [UInt8], isWhole: Bool, path: String
  ) throws(KilnError) -> TableLayout {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    try refuseWhatIsNoText(body, path: path)
    let lines = SampleLines(body, isWhole: isWhole)
    guard !lines.rows.isEmpty || isWhole else {
      throw KilnError(
        .invalidFile, "the first line is longer than \(ByteCount(bytes.count))", at: path,
        fix: "is this a text file of numbers?")
    }
    guard !lines.rows.isEmpty else {
      throw KilnError(.invalidFile, "the table is empty", at: path)
    }
    return try LayoutGuess(lines, encoding: TextEncoding.guess(body), path: path).layout()
  }

  private static func refuseWhatIsNoText(
    _ bytes: ArraySlice<UInt8>, path: String
  ) throws(KilnError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw KilnError(
        .invalidFile, "the file is UTF-16", at: path, fix: "save it as UTF-8 (`CSV UTF-8`)")
    }
    if bytes.starts(with: [0x50, 0x4B, 3, 4]) {
      throw KilnError(
        .invalidFile, "the file is a zip archive or a workbook, not a table of text", at: path,
        fix: "export the sheet as CSV")
    }
    if bytes.prefix(4096).contains(0) {
      throw KilnError(
        .invalidFile, "the file is not text", at: path,
        fix: "give a CSV, TSV, NPY, NPZ, JSON, WAV, SEG-Y, miniSEED or UFF58 file")
    }
  }
}

/// Chooses the dialect under which the sample looks most like a table of numbers.
private struct LayoutGuess {
  private let rows: [SampleLines.Line]
  private let comment: ArraySlice<UInt8>?
  private let encoding: TextEncoding
  private let path: String
  /// The rows that are values and nothing else: behind headings and units.
  private let body: ArraySlice<SampleLines.Line>

  init(_ lines: SampleLines, encoding: TextEncoding, path: String) {
    rows = lines.rows
    comment = lines.comment
    self.encoding = encoding
    self.path = path
    body = rows.dropFirst(min(2, rows.count - 1)).suffix(min(20, (rows.count + 1) / 2))
  }

  func layout() throws(KilnError) -> TableLayout {
    let dialect = dialect()
    let first = firstRow(dialect)
    let cells = rows[first...].map { dialect.split($0.text) }
    let numeric = numericColumns(dialect, behind: first)
    var headed = false
    var units = false
    if rows.count > first {
      headed = isHeading(cells[0], numeric, dialect)
      units =
        headed && cells.count > 1 && numeric.contains(true) && isUnits(cells[1], numeric, dialect)
    }
    let columns = try columns(cells, headed: headed, units: units, dialect)
    let skipped = first + (headed ? 1 : 0) + (units ? 1 : 0)
    let start = skipped == 0 ? rows[0].text.startIndex : rows[skipped - 1].next
    return TableLayout(
      dialect: dialect, columns: columns, isNumeric: numeric, encoding: encoding, start: start)
  }

  // MARK: Dialect

  /// Ranks the candidates; the earlier one wins a tie.
  private func dialect() -> Dialect {
    let point = UInt8(ascii: ".")
    let comma = UInt8(ascii: ",")
    let pairs: [(UInt8, UInt8)] = [
      (Dialect.tab, point), (Dialect.tab, comma), (UInt8(ascii: ";"), point),
      (UInt8(ascii: ";"), comma), (comma, point), (UInt8(ascii: "|"), point),
      (UInt8(ascii: "|"), comma), (Dialect.blank, point), (Dialect.blank, comma),
    ]
    var best = Dialect(separator: comma, decimal: point, cells: 1)
    var bestScore = -1.0
    for (separator, decimal) in pairs {
      let candidate = Dialect(separator: separator, decimal: decimal, cells: 0)
      guard let (cells, score) = score(candidate), cells > 1, score > bestScore else { continue }
      best = Dialect(separator: separator, decimal: decimal, cells: cells)
      bestScore = score
    }
    for decimal in [point, comma] {
      // One column: a separator that does not occur in numbers. Commas separate unless headings speak
      // against it.
      let candidate = Dialect(separator: UInt8(ascii: ";"), decimal: decimal, cells: 1)
      guard let (cells, score) = score(candidate), cells == 1, score - 0.2 > bestScore else {
        continue
      }
      best = candidate
      bestScore = score - 0.2
    }
    return best
  }

  /// How many cells most rows of the body have, and how much of them is numbers; nil where they
  /// have nothing in common.
  private func score(_ dialect: Dialect) -> (cells: Int, score: Double)? {
    let all = body.map { dialect.split($0.text) }
    let counts = Dictionary(grouping: all, by: \.count).mapValues(\.count)
    guard let most = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      2 * most.value > all.count
    else { return nil }
    let split = all.filter { $0.count == most.key }
    var numbers = 0
    var texts = 0
    for cell in split.joined() where !CellText.isMissing(cell) {
      let isNumber =
        CellText.isNumber(cell, decimal: dialect.decimal)
        || most.key > 1 && CellText.hasThousands(cell, decimal: dialect.decimal)
      if isNumber { numbers += 1 } else { texts += 1 }
    }
    var cells = most.key
    if cells > 1, split.allSatisfy({ $0.last?.isEmpty ?? false }), !dialect.separatesByBlanks {
      // A separator at the end of each row is not a column, unless the headings name one.
      let names = dialect.split(rows[0].text)
      if names.count < cells || names.last?.isEmpty ?? false { cells -= 1 }
    }
    let share = Double(split.count) / Double(all.count)
    let fraction = share * Double(numbers) / Double(max(numbers + texts, 1))
    let fits = Self.count(dialect.split(rows[0].text), atMost: cells) == cells
    return (cells, fraction + (fits ? 0.5 : 0) + 0.1 * numericShare(dialect))
  }

  /// How much of all rows is numbers: in a short table the decimal mark may occur in the first only.
  private func numericShare(_ dialect: Dialect) -> Double {
    let cells = rows.flatMap { dialect.split($0.text) }
    let numbers = cells.count { CellText.isNumber($0, decimal: dialect.decimal) }
    return Double(numbers) / Double(max(cells.count, 1))
  }

  /// How many cells there are when an empty one behind a last separator does not count.
  private static func count(_ cells: [ArraySlice<UInt8>], atMost limit: Int) -> Int {
    cells.count == limit + 1 && cells.last?.isEmpty ?? false ? limit : cells.count
  }

  // MARK: Headings

  /// The row with which the table begins: behind lines of another shape, if headings follow them.
  private func firstRow(_ dialect: Dialect) -> Int {
    let fits = rows.map {
      Self.count(dialect.split($0.text), atMost: dialect.cells) == dialect.cells
    }
    guard let misfit = fits.lastIndex(of: false), misfit + 1 < rows.count else { return 0 }
    let cells = dialect.split(rows[misfit + 1].text)
    return isHeading(cells, numericColumns(dialect, behind: misfit + 1), dialect) ? misfit + 1 : 0
  }

  /// - Parameter first: the row that may be headings, with units below it.
  private func numericColumns(_ dialect: Dialect, behind first: Int) -> [Bool] {
    var numbers = [Bool](repeating: false, count: dialect.cells)
    var texts = numbers
    for row in rows[max(body.startIndex, min(first + 2, rows.count - 1))...] {
      for (column, cell) in dialect.split(row.text).prefix(dialect.cells).enumerated()
      where !CellText.isMissing(cell) {
        let isNumber =
          CellText.isNumber(cell, decimal: dialect.decimal)
          || CellText.hasThousands(cell, decimal: dialect.decimal)
        if isNumber { numbers[column] = true } else { texts[column] = true }
      }
    }
    return zip(numbers, texts).map { $0 && !$1 }
  }

  /// A row with a text where the body has numbers; all texts count where the body has none.
  private func isHeading(
    _ cells: [ArraySlice<UInt8>], _ numeric: [Bool], _ dialect: Dialect
  ) -> Bool {
    let isText = cells.map {
      !CellText.isMissing($0) && !CellText.isNumber($0, decimal: dialect.decimal)
        && !CellText.hasThousands($0, decimal: dialect.decimal)
    }
    if !numeric.contains(true) { return isText.contains(true) }
    return zip(isText, numeric).contains { $0 && $1 }
  }

  /// A row without numbers below the headings, with a text where the body has numbers.
  private func isUnits(
    _ cells: [ArraySlice<UInt8>], _ numeric: [Bool], _ dialect: Dialect
  ) -> Bool {
    isHeading(cells, numeric, dialect)
      && !cells.contains {
        CellText.isNumber($0, decimal: 0x2E) || CellText.isNumber($0, decimal: 0x2C)
      }
  }

  private func columns(
    _ cells: [[ArraySlice<UInt8>]], headed: Bool, units: Bool, _ dialect: Dialect
  ) throws(KilnError) -> [Column] {
    guard headed else {
      if let comment {
        let names = dialect.split(CellText.trimmed(comment))
        if names.count == dialect.cells, dialect.cells > 1 {
          return names.map { Heading.column(encoding.decode($0)) }
        }
      }
      return Heading.numbered(dialect.cells)
    }
    let names = cells[0]
    guard Self.count(names, atMost: dialect.cells) == dialect.cells else {
      throw KilnError(
        .invalidFile,
        "the headings name \(names.count) columns, but the rows have \(dialect.cells) cells",
        at: "\(path):\(rows[0].number):1",
        fix: "give each column a heading; numbers take no thousands separators")
    }
    var columns = names.prefix(dialect.cells).map { Heading.column(encoding.decode($0)) }
    for index in columns.indices where columns[index].name.isEmpty {
      columns[index].name = "column \(index + 1)"
    }
    if units {
      for (index, cell) in cells[1].prefix(columns.count).enumerated() {
        columns[index].unit = Heading.unit(encoding.decode(cell)) ?? columns[index].unit
      }
    }
    return columns
  }
}
