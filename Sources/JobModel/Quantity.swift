/// Numbers, and numbers with units, as people write them.
package enum Quantity {
  /// Nobody writes longer ones by hand.
  private static let textBytesMax = 400

  /// Reads `1.5`, `-2e3`, `.5`; nil for anything else, for `007`, and for what overflows.
  package static func number(_ text: some StringProtocol) -> Double? {
    guard text.utf8.count <= textBytesMax else { return nil }
    let bytes = Array(text.utf8)
    guard let end = numberEnd(bytes), end == bytes.count, let number = Double(String(text)),
      number.isFinite
    else { return nil }
    return number
  }

  /// Takes `1.5 kN` apart at its blanks; nil where it is not a number, blanks and one word.
  package static func split(_ text: String) -> (number: Double, unit: String)? {
    guard text.utf8.count <= textBytesMax else { return nil }
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, let number = number(parts[0]), let first = parts[1].first,
      first.isLetter || first == "%" || first == "°"
    else { return nil }
    return (number, String(parts[1]))
  }

  /// Takes `4GiB` apart, for people who leave out the blank; nil where there is one.
  package static func splitUnspaced(_ text: String) -> (number: Double, unit: String)? {
    guard text.utf8.count <= textBytesMax else { return nil }
    let bytes = Array(text.utf8)
    guard let end = numberEnd(bytes), end < bytes.count, bytes[end] != 0x20,
      let number = number(String(decoding: bytes[..<end], as: UTF8.self))
    else { return nil }
    return (number, String(decoding: bytes[end...], as: UTF8.self))
  }

  /// Where the number at the start of `bytes` ends; nil where none is there.
  private static func numberEnd(_ bytes: [UInt8]) -> Int? {
    var place = 0
    if place < bytes.count, bytes[place] == 0x2B || bytes[place] == 0x2D { place += 1 }
    let whole = digits(bytes, &place)
    if whole > 1, bytes[place - whole] == 0x30 { return nil }
    var fraction = 0
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      fraction = digits(bytes, &place)
    }
    guard whole + fraction > 0 else { return nil }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < bytes.count, bytes[place] == 0x2B || bytes[place] == 0x2D { place += 1 }
      guard digits(bytes, &place) > 0 else { return nil }
    }
    return place
  }

  private static func digits(_ bytes: [UInt8], _ place: inout Int) -> Int {
    let start = place
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
    return place - start
  }
}
