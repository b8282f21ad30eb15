import Base
import LinearAlgebra

/// Writes a table as CSV: headings `name [unit]`, then rows of numbers with the fewest digits that
/// read back to the same double; `NaN` where there is none. UTF-8, comma, point, LF.
package final class TableWriter {
  /// A cell of a row that is not numbers only.
  package enum Cell: Hashable, Sendable {
    case number(Double)
    case text(String)
  }

  package let columns: [Column]
  private let write: ([UInt8]) throws(KilnError) -> Void
  private var bytes: [UInt8] = []

  /// Bytes that are collected before they are written.
  private static let pieceBytes = 1 << 16

  /// - Parameter write: takes bytes at the end of the file.
  package init(
    _ columns: [Column], write: @escaping ([UInt8]) throws(KilnError) -> Void
  ) throws(KilnError) {
    self.columns = columns
    self.write = write
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      append(column.heading)
    }
    bytes.append(Self.lineFeed)
    try flush()
  }

  package func append(_ row: [Double]) throws(KilnError) {
    precondition(row.count == columns.count, "the row has other columns than the table")
    for (index, value) in row.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      append(value)
    }
    try endRow()
  }

  package func append(_ row: [Cell]) throws(KilnError) {
    precondition(row.count == columns.count, "the row has other columns than the table")
    for (index, cell) in row.enumerated() {
      if index > 0 { bytes.append(Self.comma) }
      switch cell {
      case .number(let value): append(value)
      case .text(let text): append(text)
      }
    }
    try endRow()
  }

  /// Adds a row of a text and numbers.
  package func append(_ text: String, _ numbers: Double...) throws(KilnError) {
    precondition(numbers.count + 1 == columns.count, "the row has other columns than the table")
    append(text)
    for value in numbers {
      bytes.append(Self.comma)
      append(value)
    }
    try endRow()
  }

  /// Adds the rows of a block.
  package func append(_ block: borrowing TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let values = block.values
    for row in 0..<block.rows {
      for column in 0..<block.columns {
        if column > 0 { bytes.append(Self.comma) }
        append(values[column * block.stride + row])
      }
      try endRow()
    }
  }

  /// Hands over what is still collected; call it at the end.
  package func finish() throws(KilnError) { try flush() }

  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")

  private func endRow() throws(KilnError) {
    bytes.append(Self.lineFeed)
    if bytes.count >= Self.pieceBytes { try flush() }
  }

  private func flush() throws(KilnError) {
    if !bytes.isEmpty { try write(bytes) }
    bytes.removeAll(keepingCapacity: true)
  }

  private func append(_ value: Double) {
    if value.isNaN {
      bytes.append(contentsOf: "NaN".utf8)
    } else if value == value.rounded(), abs(value) < 1e15 {
      // Whole numbers without the `.0` of Swift's description; the sign of zero is kept.
      if value.sign == .minus, value == 0 { bytes.append(UInt8(ascii: "-")) }
      bytes.append(contentsOf: String(Int64(value)).utf8)
    } else {
      bytes.append(contentsOf: value.description.utf8)
    }
  }

  /// A text, in quotes where it would be taken for something else.
  private func append(_ text: String) {
    let needsQuotes =
      text.utf8.contains { $0 == Self.comma || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
      || text.first == " " || text.last == " " || text.first == "#"
    guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
    bytes.append(0x22)
    for byte in text.utf8 {
      bytes.append(byte)
      if byte == 0x22 { bytes.append(byte) }
    }
    bytes.append(0x22)
  }
}
