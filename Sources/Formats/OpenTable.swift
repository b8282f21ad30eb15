import Base
import Glibc

/// Opens a file of columns of numbers; the format is told by the first bytes, then by the name.
///
/// Only headers are read, so that opening is cheap for a file of any size.
///
/// - Parameters:
///   - path: the file.
///   - selection: which columns to read, in the order in which they shall come.
/// - Throws: what is wrong with the file, with its place and what to do.
package func openTable(
  _ path: String, _ selection: TableSelection = TableSelection()
) throws(KilnError) -> any TableReader {
  let file = try Descriptor.open(path, O_RDONLY)
  guard !FileTree.isFolder(path) else {
    throw KilnError(.invalidFile, "this is a folder, not a table", at: path)
  }
  let head = try file.read(at: 0, count: 4096)
  guard !head.isEmpty else { throw KilnError(.invalidFile, "the file is empty", at: path) }
  switch FileFormat.of(head, path: path) {
  case .npy: return try ArrayTable(file, path: path, selection)
  case .text: return try TextTable(file, path: path, selection)
  }
}

/// The formats that are read.
enum FileFormat {
  case npy
  case text

  static func of(_ head: [UInt8], path: String) -> FileFormat {
    if head.starts(with: [0x93] + Array("NUMPY".utf8)) { return .npy }
    return .text
  }
}
