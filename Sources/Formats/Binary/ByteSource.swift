import Base

/// Bytes that are read at offsets: a file, a part of one, or what comes out of a decompressor.
protocol ByteSource: AnyObject {
  var path: String { get }

  /// How many bytes there are.
  var size: Int64 { get }

  /// Reads at most `count` bytes at an offset into the first places of an array that has as many;
  /// fewer at the end.
  func read(at offset: Int64, into bytes: inout [UInt8], count: Int) throws(KilnError) -> Int
}

extension ByteSource {
  /// At most `count` bytes at an offset, for headers.
  func bytes(at offset: Int64, count: Int) throws(KilnError) -> [UInt8] {
    let room = Int(max(0, min(Int64(count), size - offset)))
    var bytes = [UInt8](repeating: 0, count: room)
    let got = try read(at: offset, into: &bytes, count: room)
    return got == room ? bytes : Array(bytes[..<got])
  }

  /// Fills `count` places of an array; an error where the bytes end before.
  func fill(_ bytes: inout [UInt8], at offset: Int64, count: Int) throws(KilnError) {
    if try read(at: offset, into: &bytes, count: count) < count {
      throw KilnError(
        .invalidFile, "the file ends before its header says", at: path,
        fix: "was it copied in full?")
    }
  }
}

/// A run of bytes of a file.
final class FilePart: ByteSource {
  let path: String
  let size: Int64
  private let file: Descriptor
  private let start: Int64

  /// The whole file.
  init(_ file: Descriptor, path: String) {
    self.file = file
    self.path = path
    start = 0
    size = file.size ?? 0
  }

  init(of whole: FilePart, from start: Int64, size: Int64) {
    file = whole.file
    path = whole.path
    self.start = whole.start + start
    self.size = max(0, min(size, whole.size - start))
  }

  func read(at offset: Int64, into bytes: inout [UInt8], count: Int) throws(KilnError) -> Int {
    let room = Int(max(0, min(Int64(count), size - offset)))
    do {
      return try file.read(at: start + offset, into: &bytes, from: 0, count: room)
    } catch {
      throw KilnError(error.code, error.message, at: path, fix: error.fix)
    }
  }
}
