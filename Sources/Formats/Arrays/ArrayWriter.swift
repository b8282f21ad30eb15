import Base
import LinearAlgebra

/// Writes an array of doubles as NPY 1.0, in C order (the last index runs fastest).
package func writeNPY(
  _ values: [Double], shape: [Int], to write: ([UInt8]) throws(KilnError) -> Void
) throws(KilnError) {
  precondition(shape.reduce(1, *) == values.count, "the shape does not fit the values")
  try write(ArrayWriter.header(shape: shape))
  var start = 0
  while start < values.count {
    let end = min(start + 1 << 16, values.count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity((end - start) * 8)
    for value in values[start..<end] { append(value, to: &bytes) }
    try write(bytes)
    start = end
  }
}

private func append(_ value: Double, to bytes: inout [UInt8]) {
  var word = value.bitPattern
  for _ in 0..<8 {
    bytes.append(UInt8(truncatingIfNeeded: word))
    word >>= 8
  }
}

/// Writes a NumPy array (NPY 1.0, doubles, C order) row by row, for results whose length shows at the
/// end only.
package final class ArrayWriter {
  package let columns: Int
  /// Rows so far.
  package private(set) var rows = 0
  private let write: ([UInt8]) throws(KilnError) -> Void
  private let replaceStart: ([UInt8]) throws(KilnError) -> Void
  private var bytes: [UInt8] = []

  /// - Parameters:
  ///   - columns: how many numbers a row has; with one, the array is a vector.
  ///   - write: takes bytes at the end of the file.
  ///   - replaceStart: takes bytes that replace as many at the beginning of the file.
  package init(
    columns: Int, write: @escaping ([UInt8]) throws(KilnError) -> Void,
    replaceStart: @escaping ([UInt8]) throws(KilnError) -> Void
  ) throws(KilnError) {
    precondition(columns > 0, "an array has columns")
    self.columns = columns
    self.write = write
    self.replaceStart = replaceStart
    try write(Self.header(shape: [0]))
  }

  /// Adds the rows of a block.
  package func append(_ block: borrowing TableBlock) throws(KilnError) {
    precondition(block.columns == columns, "the block has other columns than the array")
    if columns == 1 {
      setBytes(&bytes, of: block.column(0).reading)
    } else {
      let values = block.values
      let rows = Buffer(repeating: 0.0, count: block.rows * columns)
      let target = rows.view
      for column in 0..<columns {
        var place = column
        for index in column * block.stride..<column * block.stride + block.rows {
          target[place] = values[index]
          place += columns
        }
      }
      setBytes(&bytes, of: target.reading)
    }
    self.rows += block.rows
    try write(bytes)
  }

  /// Adds rows that lie one behind the other.
  package func append(rows values: View<Double>) throws(KilnError) {
    precondition(values.count % columns == 0, "the rows have other columns than the array")
    setBytes(&bytes, of: values)
    rows += values.count / columns
    try write(bytes)
  }

  /// Adds one row.
  package func append(_ row: [Double]) throws(KilnError) {
    precondition(row.count == columns, "the row has other columns than the array")
    bytes.removeAll(keepingCapacity: true)
    for value in row { Formats.append(value, to: &bytes) }
    rows += 1
    try write(bytes)
  }

  /// Writes the shape into the header; call it once, at the end.
  package func finish() throws(KilnError) {
    try replaceStart(Self.header(shape: columns == 1 ? [rows] : [rows, columns]))
  }

  /// The header, always of 128 bytes, so that it can be replaced.
  static func header(shape: [Int]) -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(lengths),)" : "(\(lengths))"
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': \(tuple), }"
    precondition(text.utf8.count < 117, "too many dimensions")
    let fill = [UInt8](repeating: 0x20, count: 117 - text.utf8.count)
    return NPYHeader.magic + [1, 0, 118, 0] + Array(text.utf8) + fill + [0x0A]
  }
}
