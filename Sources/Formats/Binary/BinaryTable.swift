import Base
import LinearAlgebra

/// Where the numbers of one column of a binary file lie, and what they mean.
struct BinaryField: Sendable {
  var decoder: NumberDecoder
  /// Offset of the first number: in the row where rows lie in one piece, else in the file.
  var start: Int64
  /// The value is `scale * (number + shift)`.
  var scale = 1.0
  var shift = 0.0
}

/// A table of numbers of fixed size: rows one after another (WAV, NPY in C order) or columns one after
/// another (SEG-Y, NPY in Fortran order).
final class BinaryTable: TableReader {
  enum Layout: Hashable, Sendable {
    /// Rows of so many bytes, the first one at an offset of the file.
    case rows(start: Int64, bytes: Int)
    /// The numbers of a column are neighbours.
    case columns
  }

  struct Facts {
    var columns: [Column]
    var fields: [BinaryField]
    var layout: Layout
    var rows: Int
    var sampleRateHz: Double? = nil
    var startTime: Double? = nil
  }

  let columns: [Column]
  var rowCount: Int? { facts.rows }
  var sampleRateHz: Double? { facts.sampleRateHz }
  var startTime: Double? { facts.startTime }
  var path: String? { source.path }
  var fractionRead: Double? { facts.rows > 0 ? Double(next) / Double(facts.rows) : 1 }

  private let facts: Facts
  private let source: any ByteSource
  /// Columns of the file, in the order asked for.
  private let chosen: [Int]
  private var next = 0
  private var bytes: [UInt8]

  /// Bytes that are read at once.
  private static let pieceBytes = 1 << 18

  /// - Parameter facts: what the header says; that the file is long enough is checked already.
  init(_ source: any ByteSource, _ facts: Facts, _ selection: TableSelection) throws(KilnError) {
    if let label = selection.labels.first {
      throw KilnError(
        .invalidFile, "the file has no texts, so `\(label)` cannot be read as labels",
        at: source.path, fix: "leave it out of the labels: numbers may be categories as well")
    }
    self.source = source
    self.facts = facts
    let choice = ColumnChoice(facts.columns, path: source.path)
    let chosen = try choice.indices(of: selection.columns)
    self.chosen = chosen
    columns = chosen.map { facts.columns[$0] }
    var room = Self.pieceBytes
    if case .rows(_, let rowBytes) = facts.layout { room = max(room, rowBytes) }
    bytes = [UInt8](repeating: 0, count: room)
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let wanted = columns.isEmpty ? 0 : min(block.capacity, facts.rows - next)
    switch facts.layout {
    case .rows(let start, let rowBytes):
      try readRows(wanted, from: start, rowBytes: rowBytes, into: block)
    case .columns:
      for (place, column) in chosen.enumerated() {
        try readRun(
          of: facts.fields[column], rows: wanted, into: block.values, at: place * block.stride)
      }
    }
    next += wanted
    block.rows = wanted
    scale(block)
  }

  private func readRows(
    _ wanted: Int, from start: Int64, rowBytes: Int, into block: borrowing TableBlock
  ) throws(KilnError) {
    let values = block.values
    var done = 0
    while done < wanted {
      let count = min(wanted - done, max(1, bytes.count / rowBytes))
      let offset = start + Int64(next + done) * Int64(rowBytes)
      try source.fill(&bytes, at: offset, count: count * rowBytes)
      bytes.withView { bytes in
        for (place, column) in chosen.enumerated() {
          let field = facts.fields[column]
          field.decoder.decode(
            bytes, from: Int(field.start), stride: rowBytes, count: count, into: values,
            at: place * block.stride + done)
        }
      }
      done += count
    }
  }

  private func readRun(
    of field: BinaryField, rows wanted: Int, into values: MutableView<Double>, at place: Int
  ) throws(KilnError) {
    let item = field.decoder.type.bytes
    var done = 0
    while done < wanted {
      let count = min(wanted - done, bytes.count / item)
      try source.fill(
        &bytes, at: field.start + Int64(next + done) * Int64(item), count: count * item)
      bytes.withView { bytes in
        field.decoder.decode(
          bytes, from: 0, stride: item, count: count, into: values, at: place + done)
      }
      done += count
    }
  }

  private func scale(_ block: borrowing TableBlock) {
    for (place, column) in chosen.enumerated() {
      let field = facts.fields[column]
      if field.scale == 1, field.shift == 0 { continue }
      let values = block.column(place)
      for row in 0..<values.count { values[row] = field.scale * (values[row] + field.shift) }
    }
  }
}
