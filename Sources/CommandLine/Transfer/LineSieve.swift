import Glibc

/// The lines of a text that can hold a placeholder or a card: those with a brace, and those that
/// begin with an asterisk.
///
/// Neither spans lines, so that nothing is lost; of a deck of a million lines only a few remain.
func sieved(_ text: [UInt8]) -> [UInt8] {
  var kept: [UInt8] = []
  // Sound: every range lies inside the array, which lives through the call; memchr gets the count
  // of bytes from its start to the end of the line or text.
  unsafe text.withUnsafeBytes { all in
    guard let base = all.baseAddress else { return }
    var start = 0
    while start < all.count {
      let rest = all.count - start
      let line = unsafe base + start
      let length =
        unsafe memchr(line, 0x0A, rest).map { unsafe UnsafeRawPointer($0) - line + 1 } ?? rest
      let isCard = unsafe all[start] == UInt8(ascii: "*")
      if unsafe isCard || memchr(line, 0x7B, length) != nil {
        unsafe kept.append(contentsOf: all[start..<(start + length)])
      }
      start += length
    }
  }
  return kept
}
