import Base
import Glibc
import TestSupport

@testable import Formats

/// A file of one test.
struct TableFile {
  let folder: TemporaryFolder
  let path: String

  init(_ bytes: [UInt8], name: String = "table.csv") throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/\(name)"
    try Descriptor.open(path, O_WRONLY | O_CREAT).write(bytes)
  }

  init(_ text: String, name: String = "table.csv") throws {
    try self.init(Array(text.utf8), name: name)
  }

  /// Opens the file and reads it to its end.
  func read(_ selection: TableSelection = TableSelection(), rows: Int = 7) throws -> Columns {
    try Columns(openTable(path, selection), rows: rows)
  }
}

/// A table read whole.
struct Columns {
  var columns: [Column]
  var values: [[Double]]
  var levels: [[String]]

  init(_ table: any TableReader, rows: Int = 7) throws {
    columns = table.columns
    values = columns.map { _ in [] }
    var block = TableBlock(rows: rows, columns: columns.count)
    while true {
      try table.read(into: &block)
      if block.rows == 0 { break }
      for index in columns.indices {
        values[index] += block.column(index).copy(first: block.rows)
      }
    }
    levels = columns.indices.map { table.levels(of: $0) }
  }
}

/// Whether two lists of numbers are equal, NaN to NaN.
func same(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
}

/// What an error says; empty where there is none.
func words(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}
