import Base
import LinearAlgebra

/// A file read from the front through a window of bytes that are parsed in place.
///
/// Behind the last byte stands a line feed, and zeros behind that, so that a parser needs no test for
/// the end inside a line and may look a few bytes ahead.
struct BufferedBytes {
  let path: String
  let size: Int64
  /// The window; bytes from `begin` to `end` are not parsed yet.
  private(set) var bytes: [UInt8]
  var begin = 0
  private(set) var end = 0
  /// Whether the window ends where the file ends.
  private(set) var isAtEnd = false
  private let file: Descriptor
  private var offset: Int64

  static let padding = 64
  private static let windowBytes = 1 << 20
  /// The longest line, and so the most memory that a file can ask for.
  private static let windowMax = 64 << 20

  init(_ file: Descriptor, path: String, from offset: Int64 = 0) {
    self.file = file
    self.path = path
    self.offset = offset
    size = file.size ?? 0
    bytes = [UInt8](repeating: 0, count: Self.windowBytes + Self.padding)
  }

  /// How much of the file is parsed.
  var fractionRead: Double {
    size > 0 ? min(1, Double(offset - Int64(end - begin)) / Double(size)) : 1
  }

  /// Keeps what is not parsed and reads on behind it; a window that is full grows.
  mutating func refill() throws(KilnError) {
    let rest = end - begin
    if begin > 0 {
      bytes.replaceSubrange(0..<rest, with: Array(bytes[begin..<end]))
    }
    var room = bytes.count - Self.padding
    if rest > room / 2 {
      guard room < Self.windowMax else {
        throw KilnError(
          .invalidFile, "a line is longer than \(ByteCount(Self.windowMax))", at: path,
          fix: "is this a text file of numbers?")
      }
      bytes.append(contentsOf: [UInt8](repeating: 0, count: room))
      room *= 2
    }
    begin = 0
    let got: Int
    do {
      got = try file.read(at: offset, into: &bytes, from: rest, count: room - rest)
    } catch {
      throw KilnError(error.code, error.message, at: path, fix: error.fix)
    }
    offset += Int64(got)
    end = rest + got
    isAtEnd = got < room - rest
    bytes[end] = 0x0A
    for index in end + 1..<end + Self.padding { bytes[index] = 0 }
  }

  /// Line and byte of a place of the window, both from 1; reads the file once more from its beginning.
  func lineAndColumn(of index: Int) -> (line: Int, column: Int) {
    let place = offset - Int64(end - min(index, end))
    var line = 1
    var lineStart: Int64 = 0
    var position: Int64 = 0
    while position < place {
      let count = Int(min(place - position, 1 << 20))
      guard let piece = try? file.read(at: position, count: count), !piece.isEmpty else { break }
      for (index, byte) in piece.enumerated() where byte == 0x0A {
        line += 1
        lineStart = position + Int64(index) + 1
      }
      position += Int64(piece.count)
    }
    return (line, Int(place - lineStart) + 1)
  }
}
