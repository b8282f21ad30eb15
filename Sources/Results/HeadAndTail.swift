import Base

/// The beginning and the end of a stream of any length, with a note of what lies between.
package struct HeadAndTail: Sendable {
  private let keptBytes: Int
  private var head: [UInt8] = []
  /// A ring once it is full.
  private var tail: [UInt8] = []
  private var oldest = 0
  private var dropped = 0

  package init(keptBytes: Int = HeadAndTail.keptBytes) {
    precondition(keptBytes > 0, "a log of \(keptBytes) bytes")
    self.keptBytes = keptBytes
  }

  /// So much is kept of the beginning, and so much of the end.
  package static let keptBytes = 16 << 20

  package var isEmpty: Bool { head.isEmpty }

  package mutating func append(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    let room = min(keptBytes - head.count, rest.count)
    head.append(contentsOf: rest.prefix(room))
    rest = rest.dropFirst(room)
    let growth = min(keptBytes - tail.count, rest.count)
    tail.append(contentsOf: rest.prefix(growth))
    rest = rest.dropFirst(growth)
    dropped += rest.count
    if rest.count > keptBytes { rest = rest.suffix(keptBytes) }
    while !rest.isEmpty {
      let piece = rest.prefix(keptBytes - oldest)
      tail.replaceSubrange(oldest..<(oldest + piece.count), with: piece)
      oldest = (oldest + piece.count) % keptBytes
      rest = rest.dropFirst(piece.count)
    }
  }

  /// The whole stream, or its two ends with a line between them.
  package var bytes: [UInt8] {
    guard dropped > 0 else { return head + tail }
    return head + Self.note(dropped) + tail[oldest...] + tail[..<oldest]
  }

  private static func note(_ dropped: Int) -> [UInt8] {
    Array("\n[kiln: \(dropped) bytes left out]\n".utf8)
  }

  /// The same from a file.
  package static func read(
    _ file: Descriptor, size: Int64, keptBytes: Int = keptBytes
  ) throws(KilnError) -> [UInt8] {
    let dropped = Int(size) - 2 * keptBytes
    guard dropped > 0 else { return try file.read(at: 0, count: Int(size)) }
    let head = try file.read(at: 0, count: keptBytes)
    let tail = try file.read(at: size - Int64(keptBytes), count: keptBytes)
    return head + note(dropped) + tail
  }
}
