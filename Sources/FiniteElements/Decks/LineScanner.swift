import LinearAlgebra

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
    let end = bytes.withView { LineEnd.next(in: $0, from: first, limit: limit) }
    let after = min(end + 1, limit)
    defer {
      position = after
      number += 1
    }
    return Line(kind: kind(first..<end), number: number, bytes: first..<end, end: after)
  }

  /// Passes the lines up to the next that begins with a star.
  ///
  /// - Returns: where it begins.
  mutating func passData() -> Int {
    let (start, limit) = (position, limit)
    let (end, lines) = bytes.withView { bytes in
      var (place, lines) = (start, 0)
      while place < limit {
        var first = place
        while first < limit, Ascii.isBlank(bytes[first]) { first &+= 1 }
        guard first < limit, bytes[first] != Ascii.star else { break }
        place = min(LineEnd.next(in: bytes, from: first, limit: limit) &+ 1, limit)
        lines &+= 1
      }
      return (place, lines)
    }
    position = end
    number += lines
    return end
  }

  /// The number of the line that comes next.
  var nextNumber: Int { number }

  var bytesLeft: Int { limit - position }

  /// Passes lines that `body` reads with a view of the bytes; ends before the first it refuses.
  mutating func readPlain(_ body: (inout NumberScanner) -> Bool) {
    let (start, limit) = (position, limit)
    let (end, lines) = bytes.withView { view in
      var numbers = NumberScanner(view, start..<limit)
      var read = (end: start, lines: 0)
      while !numbers.isAtEnd, body(&numbers) { read = (numbers.position, numbers.lines) }
      return read
    }
    position = end
    number += lines
  }

  private func kind(_ range: Range<Int>) -> Kind {
    guard !range.isEmpty else { return .blank }
    guard bytes[range.lowerBound] == Ascii.star else { return .data }
    return range.count > 1 && bytes[range.lowerBound + 1] == Ascii.star ? .comment : .keyword
  }
}

/// Finds line ends.
enum LineEnd {
  /// The place of the next newline, or `limit`.
  static func next(in bytes: View<UInt8>, from start: Int, limit: Int) -> Int {
    var place = start
    let newlines = SIMD32<UInt8>(repeating: Ascii.newline)
    while place + 32 <= limit {
      if any(bytes[thirtyTwo: place] .== newlines) { break }
      place &+= 32
    }
    while place < limit, bytes[place] != Ascii.newline { place &+= 1 }
    return place
  }
}
