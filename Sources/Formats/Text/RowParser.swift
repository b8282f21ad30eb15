import LinearAlgebra

/// Parses one row after another of a text table in place.
///
/// Numbers are read where they stand and end where they end; only cells that are something else are
/// looked at twice. A line feed behind the last byte of the window ends every loop.
struct RowParser {
  enum Outcome {
    case row
    /// A blank line or a comment.
    case nothing(isBlank: Bool)
    /// The window ends inside the row, which must be parsed again once there is more.
    case incomplete
    case problem(Problem)
  }

  enum Problem {
    case notANumber
    case thousands
    case fewCells(Int)
    case manyCells
    case openQuote
    case strayReturn
    case manyLabels
    case notAnInstant
  }

  let text: View<UInt8>
  /// Where the line feed behind the window stands.
  let end: Int
  let number: DecimalNumber
  let dialect: Dialect
  /// What becomes of each cell: the place of its number in the row, ``skip``, ``instant``, or ``label``
  /// minus the number of its list of labels.
  let actions: View<Int>
  /// The row that is filled.
  let row: MutableView<Double>

  static let skip = -1
  static let instant = -2
  static let label = -3

  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  /// Parses the row at `index`, which is moved behind it, or to the place of a problem.
  @inline(__always)
  func parse(_ index: inout Int, _ labels: inout TextColumns) -> Outcome {
    var i = index
    skipBlanks(&i)
    let first = text[i]
    if first == Self.lineFeed || first == Self.carriageReturn || first == Dialect.comment {
      return parseNothing(&index, i)
    }
    if !dialect.separatesByBlanks { i = index }
    let last = actions.count - 1
    for cell in 0...last {
      let action = actions[cell]
      let start = i
      var isRead = false
      if action >= 0 {
        while text[i] == Dialect.blank { i += 1 }
        let isQuoted = text[i] == Dialect.quote
        if isQuoted { i += 1 }
        if let value = number.parse(text, &i) {
          row[action] = value
          let closes = isQuoted ? text[i] == Dialect.quote : true
          if isQuoted, closes { i += 1 }
          isRead = closes && isEnd(text[i])
          if !isRead || dialect.separatesByBlanks {
            let place = i
            skipBlanks(&i)
            isRead = isRead || closes && i > place && isEnd(text[i])
          }
        } else if !isQuoted, isEnd(text[i]), !dialect.separatesByBlanks {
          row[action] = .nan
          isRead = true
        }
      }
      if action == Self.skip, text[i] != Dialect.quote, !dialect.separatesByBlanks {
        i = endOfCell(i)
        isRead = true
      }
      if !isRead {
        i = start
        if let problem = parseOther(&i, action, &labels) {
          if i >= end { return .incomplete }
          index = i
          return .problem(problem)
        }
      }
      // Now at a separator or at the end of the row.
      if cell == last { break }
      if text[i] == Self.lineFeed || text[i] == Self.carriageReturn {
        if i >= end { return .incomplete }
        index = i
        return .problem(.fewCells(cell + 1))
      }
      if !dialect.separatesByBlanks { i += 1 }
    }
    return endRow(&index, i)
  }

  /// Skips a line without values.
  private func parseNothing(_ index: inout Int, _ start: Int) -> Outcome {
    var i = start
    while text[i] != Self.lineFeed { i += 1 }
    if i >= end { return .incomplete }
    index = i + 1
    return .nothing(isBlank: text[start] != Dialect.comment)
  }

  /// Moves behind the row's line end; an empty cell behind a last separator is let pass.
  @inline(__always)
  private func endRow(_ index: inout Int, _ end: Int) -> Outcome {
    var i = end
    if text[i] != Self.lineFeed, text[i] != Self.carriageReturn {
      let place = i
      if !dialect.separatesByBlanks { i += 1 }
      skipBlanks(&i)
      if text[i] != Self.lineFeed, text[i] != Self.carriageReturn {
        index = place
        return .problem(.manyCells)
      }
    }
    if text[i] == Self.carriageReturn {
      i += 1
      if text[i] != Self.lineFeed {
        index = i
        return .problem(.strayReturn)
      }
    }
    if i >= self.end { return .incomplete }
    index = i + 1
    return .row
  }

  @inline(__always)
  private func skipBlanks(_ i: inout Int) {
    while text[i] == Dialect.blank || text[i] == Dialect.tab && dialect.separator != Dialect.tab {
      i += 1
    }
  }

  /// The next separator or line end, eight bytes at a time: a byte of the word is zero where it equals
  /// the one that is looked for.
  @inline(__always)
  private func endOfCell(_ start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let separators = ones &* UInt64(dialect.separator)
    let lineFeeds = ones &* UInt64(Self.lineFeed)
    let returns = ones &* UInt64(Self.carriageReturn)
    var i = start
    while true {
      let word = text[eight: i]
      let (a, b, c) = (word ^ separators, word ^ lineFeeds, word ^ returns)
      let zeros = ((a &- ones) & ~a | (b &- ones) & ~b | (c &- ones) & ~c) & (ones << 7)
      if zeros != 0 { return i + (zeros.trailingZeroBitCount >> 3) }
      i += 8
    }
  }

  /// A cell that is skipped, a label, missing, quoted, or no number. Leaves `i` at the cell's end; at
  /// its beginning where there is a problem, behind the window where the cell is cut off by it.
  private func parseOther(_ i: inout Int, _ action: Int, _ labels: inout TextColumns) -> Problem? {
    let start = i
    skipBlanks(&i)
    guard text[i] != Dialect.quote else { return parseQuoted(&i, action, &labels) }
    let inner = i
    while !isEnd(text[i]) { i += 1 }
    let outer = i
    if dialect.separatesByBlanks { skipBlanks(&i) }
    if action == Self.skip || i >= end { return nil }
    let cell = (inner..<outer).map { text[$0] }
    let problem = take(CellText.trimmed(cell[...]), action, &labels)
    if problem != nil { i = start }
    return problem
  }

  @inline(__always)
  private func isEnd(_ byte: UInt8) -> Bool {
    byte == dialect.separator || byte == Self.lineFeed || byte == Self.carriageReturn
      || byte == Dialect.tab && dialect.separatesByBlanks
  }

  private func parseQuoted(
    _ i: inout Int, _ action: Int, _ labels: inout TextColumns
  ) -> Problem? {
    let start = i
    var cell: [UInt8] = []
    i += 1
    while true {
      if i >= end { return .openQuote }
      if text[i] == Dialect.quote {
        if text[i + 1] != Dialect.quote { break }
        i += 1
      }
      if i - start > Self.quotedMax {
        i = start
        return .openQuote
      }
      cell.append(text[i])
      i += 1
    }
    i += 1
    skipBlanks(&i)
    if i >= end { return nil }
    if !isEnd(text[i]), !dialect.separatesByBlanks {
      i = start
      return .openQuote
    }
    if action == Self.skip { return nil }
    let problem = take(CellText.trimmed(cell[...]), action, &labels)
    if problem != nil { i = start }
    return problem
  }

  /// A quoted text that is longer was never closed.
  private static let quotedMax = 1 << 16

  private func take(
    _ cell: ArraySlice<UInt8>, _ action: Int, _ labels: inout TextColumns
  ) -> Problem? {
    if action <= Self.label {
      let list = Self.label - action
      guard let number = labels.lists[list].number(of: cell) else { return .manyLabels }
      row[labels.lists[list].place] = number
      return nil
    }
    if action == Self.instant, let column = labels.instants {
      guard let seconds = labels.instants?.seconds(of: cell) else { return .notAnInstant }
      row[column.place] = seconds
      return nil
    }
    guard action >= 0 else { return nil }
    if let value = CellText.number(cell, decimal: dialect.decimal) ?? CellText.infinity(cell) {
      row[action] = value
    } else if CellText.isMissing(cell) {
      row[action] = .nan
    } else {
      return CellText.hasThousands(cell, decimal: dialect.decimal) ? .thousands : .notANumber
    }
    return nil
  }
}

/// Columns whose cells are texts.
struct TextColumns {
  var lists: [LabelList] = []
  var instants: InstantColumn?
}

/// The different texts of a column of labels, numbered as they appear.
struct LabelList {
  /// Where the number of the label goes in a row.
  let place: Int
  private(set) var texts: [[UInt8]] = []
  private var numbers: [[UInt8]: Int] = [:]

  init(place: Int) { self.place = place }

  /// More different texts than this are no categories.
  static let countMax = 1_000_000

  /// The number of a text, NaN for an empty one; nil where there are too many.
  mutating func number(of text: ArraySlice<UInt8>) -> Double? {
    if text.isEmpty { return .nan }
    let text = Array(text)
    if let known = numbers[text] { return Double(known) }
    guard texts.count < Self.countMax else { return nil }
    numbers[text] = texts.count
    texts.append(text)
    return Double(texts.count - 1)
  }
}
