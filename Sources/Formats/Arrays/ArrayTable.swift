import Base
import LinearAlgebra

/// A NumPy array as a table: a vector is one column, the columns of a matrix are columns.
final class ArrayTable: TableReader {
  let columns: [Column]
  let rowCount: Int?
  let sampleRateHz: Double? = nil
  var path: String? { source.path }
  var fractionRead: Double? { rows > 0 ? Double(next) / Double(rows) : 1 }

  private let source: any ByteSource
  private let header: NPYHeader
  private let rows: Int
  private let width: Int
  /// Columns of the array, in the order asked for.
  private let chosen: [Int]
  private var next = 0
  private var bytes: [UInt8]

  /// Bytes that are read at once.
  private static let pieceBytes = 1 << 18

  convenience init(_ file: Descriptor, path: String, _ selection: TableSelection) throws(KilnError)
  {
    try self.init(FilePart(file, path: path), selection)
  }

  init(_ source: any ByteSource, _ selection: TableSelection) throws(KilnError) {
    self.source = source
    header = try NPYHeader(source)
    guard header.shape.count == 1 || header.shape.count == 2 else {
      throw KilnError(
        .invalidFile, "the array has \(header.shape.count) dimensions, not one or two",
        at: source.path, fix: "save it as a matrix: one row for each observation or instant")
    }
    if let label = selection.labels.first {
      throw KilnError(
        .invalidFile, "an array has no texts, so `\(label)` cannot be read as labels",
        at: source.path, fix: "leave it out of the labels: numbers may be categories as well")
    }
    rows = header.shape[0]
    width = header.shape.count == 2 ? header.shape[1] : 1
    guard width <= 1 << 20 else {
      throw KilnError(
        .invalidFile, "the array has \(width) columns", at: source.path, fix: "is it transposed?")
    }
    let all = Heading.numbered(width).prefix(width)
    chosen = try ColumnChoice(Array(all), path: source.path).indices(of: selection.columns)
    columns = chosen.map { all[$0] }
    rowCount = rows
    let rowBytes =
      header.isFortranOrder ? header.decoder.type.bytes : width * header.decoder.type.bytes
    bytes = [UInt8](repeating: 0, count: max(Self.pieceBytes, rowBytes))
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    let wanted = columns.isEmpty ? 0 : min(block.capacity, rows - next)
    if header.isFortranOrder {
      for (place, column) in chosen.enumerated() {
        try readRun(of: column, rows: wanted, into: block.values, at: place * block.capacity)
      }
    } else {
      try readRows(wanted, into: block)
    }
    next += wanted
    block.rows = wanted
  }

  /// Rows that lie one after another.
  private func readRows(_ wanted: Int, into block: borrowing TableBlock) throws(KilnError) {
    let decoder = header.decoder
    let item = decoder.type.bytes
    let rowBytes = width * item
    let values = block.values
    var done = 0
    while done < wanted {
      let count = min(wanted - done, max(1, bytes.count / rowBytes))
      let offset = header.start + Int64(next + done) * Int64(rowBytes)
      try source.fill(&bytes, at: offset, count: count * rowBytes)
      bytes.withView { bytes in
        for (place, column) in chosen.enumerated() {
          decoder.decode(
            bytes, from: column * item, stride: rowBytes, count: count, into: values,
            at: place * block.capacity + done)
        }
      }
      done += count
    }
  }

  /// A run of one column that lies in one piece.
  private func readRun(
    of column: Int, rows wanted: Int, into values: MutableView<Double>, at place: Int
  ) throws(KilnError) {
    let item = header.decoder.type.bytes
    var done = 0
    while done < wanted {
      let count = min(wanted - done, bytes.count / item)
      let offset = header.start + Int64(column * rows + next + done) * Int64(item)
      try source.fill(&bytes, at: offset, count: count * item)
      bytes.withView { bytes in
        header.decoder.decode(
          bytes, from: 0, stride: item, count: count, into: values, at: place + done)
      }
      done += count
    }
  }
}
