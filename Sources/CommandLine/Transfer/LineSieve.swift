import Glibc

/// The lines of a text that can hold a placeholder or a card: those with a brace, those that begin
/// with an asterisk, and those that a comma at the end of such a line continues.
///
/// Nothing is lost; of a deck of a million lines only a few remain.
struct SievedText: Equatable {
  /// The lines, one behind the other.
  let bytes: [UInt8]
  /// The number that each of them has in the whole text, counted from 1.
  let numbers: [Int]

  init(_ text: [UInt8]) {
    var kept: [UInt8] = []
    var numbers: [Int] = []
    // Sound: every range lies inside the array, which lives through the call; memchr gets the count
    // of bytes from its start to the end of the line or text.
    unsafe text.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return }
      var (start, number) = (0, 0)
      var isContinued = false
      while start < all.count {
        number += 1
        let rest = all.count - start
        let line = unsafe base + start
        let length =
          unsafe memchr(line, 0x0A, rest).map { unsafe UnsafeRawPointer($0) - line + 1 } ?? rest
        var (first, last) = (start, start + length)
        while unsafe first < last && all[first] <= 0x20 { first += 1 }
        while unsafe last > first && all[last - 1] <= 0x20 { last -= 1 }
        let isCard = unsafe isContinued || first < last && all[first] == UInt8(ascii: "*")
        if unsafe isCard || memchr(line, 0x7B, length) != nil {
          unsafe kept.append(contentsOf: all[start..<(start + length)])
          numbers.append(number)
        }
        isContinued = unsafe isCard && first < last && all[last - 1] == UInt8(ascii: ",")
        start += length
      }
    }
    bytes = kept
    self.numbers = numbers
  }
}
