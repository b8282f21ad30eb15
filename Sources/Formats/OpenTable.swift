import Base
import Glibc

/// Opens a file of columns of numbers; the format is told by the first bytes, then by the name.
///
/// Only headers are read, so that opening is cheap for a file of any size; JSON is read whole, and of
/// UFF58 and miniSEED the headers of all sets and records.
///
/// - Parameters:
///   - path: the file.
///   - selection: which columns to read, in the order in which they shall come.
/// - Throws: what is wrong with the file, with its place and what to do.
package func openTable(
  _ path: String, _ selection: TableSelection = TableSelection()
) throws(KilnError) -> any TableReader {
  guard !FileTree.isFolder(path) else {
    throw KilnError(.invalidFile, "this is a folder, not a table", at: path)
  }
  let file = try Descriptor.open(path, O_RDONLY)
  let whole = FilePart(file, path: path)
  let head = try whole.bytes(at: 0, count: 4096)
  guard !head.isEmpty else { throw KilnError(.invalidFile, "the file is empty", at: path) }
  switch FileFormat.of(head, size: whole.size, path: path) {
  case .npy: return try ArrayTable.open(whole, selection)
  case .npz: return try NPZTable(whole, selection)
  case .wav: return try WAVTable.open(whole, selection)
  case .segy: return try SEGYTable.open(whole, selection)
  case .miniSEED: return try MiniSEEDTable(whole, selection)
  case .universal: return try UniversalTable(file, whole, selection)
  case .kNet: return try KNETTable.open(whole, selection)
  case .json: return try JSONTable.open(whole, selection)
  case .text: return try TextTable(file, path: path, selection)
  }
}

/// The formats that are read.
enum FileFormat: CaseIterable {
  case npy
  case npz
  case wav
  case segy
  case miniSEED
  case universal
  case kNet
  case json
  case text

  /// Tells the format from the first bytes of a file.
  static func of(_ head: [UInt8], size: Int64, path: String) -> FileFormat {
    if head.starts(with: NPYHeader.magic) { return .npy }
    let bytes = HeaderBytes(bytes: head, isBigEndian: true)
    let isZip = bytes.starts(with: "PK\u{3}\u{4}") || bytes.starts(with: "PK\u{5}\u{6}")
    if isZip, !endsIn(["xlsx", "ods", "xlsm"], path) { return .npz }
    let isWave = ["RIFF", "RF64", "BW64"].contains { bytes.starts(with: $0) }
    if isWave, bytes.starts(with: "WAVE", at: 8) { return .wav }
    if MiniSEEDRecord.isLikely(head) { return .miniSEED }
    if SEGYTable.isLikely(head, size: size), endsIn(["sgy", "segy"], path) || head.contains(0) {
      return .segy
    }
    if UniversalTable.isLikely(head) { return .universal }
    if KNETTable.isLikely(head) { return .kNet }
    let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head[3...] : head[...]
    let first = start.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    if first == UInt8(ascii: "{") || endsIn(["json", "ndjson", "jsonl"], path) { return .json }
    if first == UInt8(ascii: "["), CellText.trimmed(start.prefix { $0 != 0x0A }).last != 0x5D {
      // A heading such as `[s],[mm]` ends in a bracket, too; JSON on one line is caught by its name.
      return .json
    }
    return .text
  }

  private static func endsIn(_ endings: [String], _ path: String) -> Bool {
    endings.contains { path.lowercased().hasSuffix(".\($0)") }
  }
}
