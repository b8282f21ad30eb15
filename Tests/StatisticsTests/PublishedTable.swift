import Base
import Formats
import Glibc
import LinearAlgebra
import Testing

/// Tables with reference values, where they are beside the repository.
enum PublishedTable {
  static let folder: String = {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(here)/../shared/data"
  }()

  static let areThere = unsafe access(folder + "/MANIFEST.md", R_OK) == 0

  /// All columns of a file.
  static func columns(_ name: String) throws -> [[Double]] {
    let table = try openTable("\(folder)/\(name)")
    var block = TableBlock(rows: 4096, columns: table.columns.count)
    var columns = [[Double]](repeating: [], count: table.columns.count)
    while true {
      try table.read(into: &block)
      if block.rows == 0 { return columns }
      for index in columns.indices { columns[index] += block.column(index).copy(first: block.rows) }
    }
  }

  /// The numbers of a list in a file of JSON.
  static func list(_ key: String, in name: String) throws -> [Double] {
    let file = try Descriptor.open("\(folder)/\(name)", O_RDONLY)
    let text = String(
      decoding: try file.read(at: 0, count: Int(file.size ?? 0)), as: UTF8.self)
    let tail = try #require(text.split(separator: "\"\(key)\": [", maxSplits: 1).last)
    return tail.prefix { $0 != "]" }.split { ", \n".contains($0) }.compactMap { Double($0) }
  }

  static func matrix(_ columns: [[Double]]) -> DenseMatrix {
    DenseMatrix(rows: columns.first?.count ?? 0, columns: columns.count, columns.flatMap { $0 })
  }
}

/// Largest relative difference of two lists.
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) / max(abs($1), 1e-300) }.max() ?? 0 : .infinity
}
