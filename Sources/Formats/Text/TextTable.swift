import Base
import LinearAlgebra

/// A table of text (CSV, TSV and their relatives), read in constant memory.
final class TextTable: TableReader {
  let columns: [Column]
  let rowCount: Int? = nil
  let sampleRateHz: Double? = nil
  var path: String? { bytes.path }
  var fractionRead: Double? { bytes.fractionRead }
  var startTime: Double? { labels.instants?.epoch.map { Double($0) / 1e9 } }

  private let layout: TableLayout
  private var bytes: BufferedBytes
  private var labels = TextColumns()
  /// Blank lines that are missing values if another row follows: in a table of one column.
  private var blankLines = 0
  private var isDone = false

  private let powers: Buffer<UInt64>
  private let tens: Buffer<Double>
  private let actions: Buffer<Int>
  /// A few rows, one after another, before they are spread over the columns of a block.
  private let tile: Buffer<Double>
  private let tileRows: Int

  /// Bytes at the beginning from which dialect and headings are told.
  private static let sampleBytes = 1 << 16

  convenience init(_ file: Descriptor, path: String, _ selection: TableSelection) throws(KilnError)
  {
    var size = Self.sampleBytes
    while true {
      let sample = try file.read(at: 0, count: size)
      let isWhole = sample.count < size
      // Rows of very many cells need a longer look.
      if isWhole || sample.count(where: { $0 == 0x0A }) >= 8 || size >= 1 << 24 {
        let layout = try TableLayout.sniff(sample, isWhole: isWhole, path: path)
        try self.init(file, path: path, layout, selection)
        return
      }
      size *= 4
    }
  }

  private init(
    _ file: Descriptor, path: String, _ layout: TableLayout, _ selection: TableSelection
  ) throws(KilnError) {
    self.layout = layout
    bytes = BufferedBytes(file, path: path, from: Int64(layout.start))
    let choice = ColumnChoice(layout.columns, path: path)
    let chosen = try choice.indices(of: selection.columns)
    columns = chosen.map { layout.columns[$0] }
    var labelled: Set<Int> = []
    for name in selection.labels { labelled.insert(try choice.index(of: name)) }
    let instants: Int? =
      if let name = selection.instants { try choice.index(of: name) } else { nil }
    powers = Buffer(PowersOfFive.shared.words)
    tens = Buffer(DecimalNumber.exactTens)
    var actions = [Int](repeating: RowParser.skip, count: layout.dialect.cells)
    for (place, column) in chosen.enumerated() {
      actions[column] = place
      if labelled.contains(column) {
        actions[column] = RowParser.label - labels.lists.count
        labels.lists.append(LabelList(place: place))
      } else if column == instants, !layout.isNumeric[column] {
        actions[column] = RowParser.instant
        labels.instants = InstantColumn(place: place)
      }
    }
    self.actions = Buffer(actions)
    tileRows = max(1, min(64, 2048 / max(chosen.count, 1)))
    tile = Buffer(repeating: 0, count: tileRows * chosen.count)
  }

  func levels(of column: Int) -> [String] {
    guard let list = labels.lists.first(where: { $0.place == column }) else { return [] }
    return list.texts.map { layout.encoding.decode($0[...]) }
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    block.rows = 0
    while block.rows < block.capacity, !isDone {
      let room = min(tileRows, block.capacity - block.rows)
      let rows = try readTile(atMost: room)
      spread(rows, into: block)
      block.rows += rows
    }
  }

  /// Parses rows into the tile, fewer than asked for where the window ends.
  private func readTile(atMost room: Int) throws(KilnError) -> Int {
    if bytes.begin >= bytes.end {
      if bytes.isAtEnd { isDone = true } else { try bytes.refill() }
      if bytes.begin >= bytes.end {
        isDone = true
        return 0
      }
    }
    let begin = bytes.begin
    var index = begin
    var filled = 0
    let outcome = parse(&index, &filled, atMost: room)
    bytes.begin = min(index, bytes.end)
    switch outcome {
    case .row, .nothing: break
    case .problem(let problem): throw error(problem, at: index)
    case .incomplete:
      if bytes.isAtEnd { throw error(.openQuote, at: index) }
      try bytes.refill()
    }
    return filled
  }

  /// Parses until the tile is full, the window ends or something is wrong.
  private func parse(_ index: inout Int, _ filled: inout Int, atMost room: Int) -> RowParser.Outcome
  {
    let count = columns.count
    let hasOneCell = layout.dialect.cells == 1
    let number = DecimalNumber(
      powers: powers.view.reading, tens: tens.view.reading, mark: layout.dialect.decimal)
    return bytes.bytes.withView { text in
      while filled < room, index < bytes.end {
        let parser = RowParser(
          text: text, end: bytes.isAtEnd ? bytes.end + 1 : bytes.end, number: number,
          dialect: layout.dialect, actions: actions.view.reading,
          row: tile.view.slice(filled * count, count: count))
        let start = index
        let outcome = parser.parse(&index, &labels)
        switch outcome {
        case .row:
          filled += 1
          if blankLines > 0 {
            // A blank line between two rows of one cell is a missing value; the row comes again.
            blankLines -= 1
            if count > 0 { parser.row[0] = .nan }
            index = start
          }
        case .nothing(let isBlank): blankLines += isBlank && hasOneCell ? 1 : 0
        case .incomplete, .problem: return outcome
        }
      }
      return .row
    }
  }

  /// Moves rows of the tile behind those that the block has: each column gets a run of neighbours.
  private func spread(_ rows: Int, into block: borrowing TableBlock) {
    let count = columns.count
    let from = tile.view
    let values = block.values
    for column in 0..<count {
      let to = column * block.stride + block.rows
      for row in 0..<rows { values[to + row] = from[row * count + column] }
    }
  }
}

// MARK: Errors

extension TextTable {
  /// What is wrong, with the line and the byte in it.
  private func error(_ problem: RowParser.Problem, at index: Int) -> KilnError {
    let cells = layout.dialect.cells
    let shown = "`\(cell(at: index))`"
    let (message, fix): (String, String?) =
      switch problem {
      case .notANumber:
        (
          "\(shown) is not a number",
          "choose other columns, or name this one under the labels if its texts are categories"
        )
      case .thousands:
        ("\(shown) has thousands separators", "write the number without them")
      case .fewCells(let count):
        ("the row has \(count) cells, but the table has \(cells)", "fill the row or remove it")
      case .manyCells:
        (
          "the row has more than the table's \(cells) cells",
          "quote texts that hold the separator `\(separatorName)`"
        )
      case .openQuote: ("the quote is not closed", "close it, or double quotes inside of texts")
      case .strayReturn:
        ("a carriage return stands inside of the line", "end lines by LF or CR LF")
      case .notAnInstant:
        ("\(shown) is no instant", "write times like 2024-01-02 03:04:05.678, or as seconds")
      case .manyLabels:
        ("the column has more than \(LabelList.countMax) different labels", nil)
      }
    return KilnError(.invalidFile, message, at: place(of: index), fix: fix)
  }

  private var separatorName: String {
    switch layout.dialect.separator {
    case Dialect.tab: "tab"
    case Dialect.blank: "blank"
    case let byte: String(UnicodeScalar(byte))
    }
  }

  /// The text of a cell, at most forty bytes of it.
  private func cell(at index: Int) -> String {
    let rest = bytes.bytes[min(index, bytes.end)..<bytes.end].prefix(41)
    let ends = [layout.dialect.separator, 0x0A, 0x0D]
    let text = rest.prefix { !ends.contains($0) }
    return layout.encoding.decode(CellText.trimmed(text.prefix(40))) + (text.count > 40 ? "…" : "")
  }

  /// `file:line:column`; lines are counted only now, when somebody wants to know.
  private func place(of index: Int) -> String {
    let (line, column) = bytes.lineAndColumn(of: index)
    return "\(bytes.path):\(line):\(column)"
  }
}
