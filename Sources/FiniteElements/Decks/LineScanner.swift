/// Walks through the lines of a file and says what each is.
struct LineScanner {
  enum Kind { case keyword, data, comment, blank }

  struct Line {
    let kind: Kind
    let number: Int
    /// From the first byte that is not blank to the line's end, newline excluded.
    let bytes: Range<Int>
    /// After the newline.
    let end: Int
  }

  let bytes: [UInt8]
  private var position: Int
  private var limit: Int
  private var number: Int

  init(bytes: [UInt8]) {
    self.init(bytes: bytes, range: 0..<bytes.count, firstLine: 1)
  }

  init(bytes: [UInt8], range: Range<Int>, firstLine: Int) {
    self.bytes = bytes
    position = range.lowerBound
    limit = range.upperBound
    number = firstLine
  }

  mutating func next() -> Line? {
    guard position < limit else { return nil }
    var first = position
    while first < limit, Ascii.isBlank(bytes[first]) { first += 1 }
    var end = first
    while end < limit, bytes[end] != Ascii.newline { end += 1 }
    let after = min(end + 1, limit)
    defer {
      position = after
      number += 1
    }
    return Line(kind: kind(first..<end), number: number, bytes: first..<end, end: after)
  }

  private func kind(_ range: Range<Int>) -> Kind {
    guard !range.isEmpty else { return .blank }
    guard bytes[range.lowerBound] == Ascii.star else { return .data }
    return range.count > 1 && bytes[range.lowerBound + 1] == Ascii.star ? .comment : .keyword
  }
}
