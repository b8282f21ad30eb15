import Base
import LinearAlgebra

/// Arrays of NumPy in an archive (`savez`, `savez_compressed`): the columns of all arrays with one
/// number of rows, named after their arrays (`x`, and `x[1]`, `x[2]` for a matrix).
///
/// An array `fs`, `rate` or `sample_rate` of one number is the sample rate.
final class NPZTable: TableReader {
  let columns: [Column]
  let rowCount: Int?
  let sampleRateHz: Double?
  let path: String?
  var fractionRead: Double? { parts.first?.table.fractionRead }

  /// An array with selected columns, and where they go.
  private struct Part {
    let table: BinaryTable
    let places: [Int]
    /// The columns of the array side by side.
    var block: TableBlockBox
  }

  private var parts: [Part] = []

  init(_ file: FilePart, _ selection: TableSelection) throws(KilnError) {
    let arrays = try Self.arrays(file)
    let all = arrays.flatMap { array in
      array.facts.columns.enumerated().map { (array: array, index: $0, column: $1) }
    }
    let wanted = try ColumnChoice(all.map(\.column), path: file.path)
      .indices(of: Self.names(selection, arrays)).map { all[$0] }
    let rows = Set(wanted.map(\.array.facts.rows))
    guard rows.count <= 1 else {
      let list = arrays.map { "\($0.name) \($0.facts.rows)" }.joined(separator: ", ")
      throw KilnError(
        .invalidFile, "the arrays have different numbers of rows: \(list)", at: file.path,
        fix: "choose columns of arrays of one length by name")
    }
    columns = wanted.map(\.column)
    rowCount = rows.first ?? 0
    path = file.path
    sampleRateHz = try Self.rate(file)
    for array in arrays {
      let places = wanted.indices.filter { wanted[$0].array.name == array.name }
      if places.isEmpty { continue }
      let names = places.map { "\(wanted[$0].index + 1)" }
      parts.append(
        Part(
          table: try BinaryTable(
            array.source, array.facts.numbered, TableSelection(columns: names)),
          places: places, block: TableBlockBox()))
    }
  }

  func read(into block: inout TableBlock) throws(KilnError) {
    precondition(block.columns == columns.count, "the block has other columns than the table")
    block.rows = 0
    for part in parts {
      if part.block.block.capacity != block.capacity {
        part.block.block = TableBlock(rows: block.capacity, columns: part.places.count)
      }
      try part.table.read(into: &part.block.block)
      block.rows = part.block.block.rows
      for (index, place) in part.places.enumerated() {
        let from = part.block.block.column(index)
        let to = block.column(place)
        for row in 0..<from.count { to[row] = from[row] }
      }
    }
  }

  // MARK: Arrays

  private struct NamedArray {
    let name: String
    let source: any ByteSource
    let facts: BinaryTable.Facts
  }

  private static func arrays(_ file: FilePart) throws(KilnError) -> [NamedArray] {
    let archive = try ZipArchive(file)
    var arrays: [NamedArray] = []
    for member in archive.members where member.name.hasSuffix(".npy") {
      let source = try archive.source(of: member)
      let header = try NPYHeader(source)
      if header.shape.isEmpty || header.shape.count > 2 { continue }
      let name = String(member.name.dropLast(4))
      let facts = try ArrayTable.facts(header, name: name, path: file.path)
      if facts.layout == .columns, member.isDeflated, facts.columns.count > 1 {
        throw KilnError(
          .invalidFile, "the array `\(name)` is compressed in Fortran order", at: file.path,
          fix: "save it in C order (`numpy.ascontiguousarray`), or uncompressed")
      }
      arrays.append(NamedArray(name: name, source: source, facts: facts))
    }
    guard !arrays.isEmpty else {
      throw KilnError(
        .invalidFile, "the archive holds no NumPy array of one or two dimensions", at: file.path)
    }
    return arrays
  }

  /// The columns asked for; without a wish, those of the only array or of the part that is named, else
  /// of all arrays with as many rows as the longest.
  private static func names(_ selection: TableSelection, _ arrays: [NamedArray]) -> [String]? {
    if let columns = selection.columns { return columns }
    if let part = selection.part {
      let wanted = arrays.first { $0.name == part || "\($0.name).npy" == part }
      return wanted.map { $0.facts.columns.map(\.name) } ?? [part]
    }
    let most = arrays.map(\.facts.rows).max() ?? 0
    return arrays.filter { $0.facts.rows == most }.flatMap { $0.facts.columns.map(\.name) }
  }

  private static func rate(_ file: FilePart) throws(KilnError) -> Double? {
    let archive = try ZipArchive(file)
    let names: Set<String> = ["fs.npy", "rate.npy", "sample_rate.npy"]
    guard let member = archive.members.first(where: { names.contains($0.name) }) else { return nil }
    let source = try archive.source(of: member)
    var header = try NPYHeader(source)
    guard header.count == 1 else { return nil }
    header.shape = [1]
    let table = try BinaryTable(
      source, ArrayTable.facts(header, name: nil, path: file.path), TableSelection())
    var block = TableBlock(rows: 1, columns: 1)
    try table.read(into: &block)
    let rate = block.column(0)[0]
    return rate > 0 && rate.isFinite ? rate : nil
  }
}

/// A block that an object owns.
private final class TableBlockBox {
  var block = TableBlock(rows: 0, columns: 0)
}

extension BinaryTable.Facts {
  /// The same table with its columns numbered, so that they can be chosen by number alone.
  fileprivate var numbered: Self {
    var facts = self
    facts.columns = facts.columns.indices.map { Column("\($0 + 1)") }
    return facts
  }
}
