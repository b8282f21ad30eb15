/// Numbers in a header of a binary file; what lies behind its end is zero.
struct HeaderBytes {
  let bytes: [UInt8]
  var isBigEndian: Bool

  func unsigned(_ offset: Int, bytes count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count {
      let place = isBigEndian ? offset + index : offset + count - 1 - index
      value = value << 8 | UInt64(place < bytes.count ? bytes[place] : 0)
    }
    return value
  }

  func u8(_ offset: Int) -> Int { Int(unsigned(offset, bytes: 1)) }
  func u16(_ offset: Int) -> Int { Int(unsigned(offset, bytes: 2)) }
  func u32(_ offset: Int) -> Int { Int(unsigned(offset, bytes: 4)) }

  /// A size of eight bytes; absurd ones become the largest.
  func size(_ offset: Int) -> Int64 { Int64(clamping: unsigned(offset, bytes: 8)) }
  func i16(_ offset: Int) -> Int { Int(Int16(truncatingIfNeeded: unsigned(offset, bytes: 2))) }
  func i32(_ offset: Int) -> Int { Int(Int32(truncatingIfNeeded: unsigned(offset, bytes: 4))) }

  func float(_ offset: Int) -> Double {
    Double(Float(bitPattern: UInt32(unsigned(offset, bytes: 4))))
  }

  /// Letters and digits of a field, without blanks around them.
  func text(_ offset: Int, _ count: Int) -> String {
    let field = (offset..<offset + count).map { $0 < bytes.count ? bytes[$0] : 0 }
    let text = field.filter { $0 > 0x20 && $0 < 0x7F }
    return String(decoding: text, as: UTF8.self)
  }

  func starts(with text: String, at offset: Int = 0) -> Bool {
    bytes.dropFirst(offset).starts(with: text.utf8)
  }
}

/// Civil time of recordings.
enum CivilTime {
  /// Nanoseconds since 1970-01-01T00:00:00Z of a day of a year (from 1) and the time on it; nil where
  /// that is no date between 1900 and 2261.
  static func nanoseconds(
    year: Int, day: Int, seconds: Int, nanoseconds: Int = 0
  ) -> Int64? {
    guard (1900...2261).contains(year), (1...366).contains(day), (0...86_401).contains(seconds)
    else { return nil }
    let before = year - 1
    let days = before * 365 + before / 4 - before / 100 + before / 400 - 719_162 + day - 1
    return Int64(days * 86_400 + seconds) * 1_000_000_000 + Int64(nanoseconds)
  }

  /// The same for a day of a month (both from 1).
  static func nanoseconds(
    year: Int, month: Int, day: Int, seconds: Int, nanoseconds: Int = 0
  ) -> Int64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...lengths[month - 1]).contains(day) else { return nil }
    let before = lengths[..<(month - 1)].reduce(0, +)
    return Self.nanoseconds(
      year: year, day: before + day, seconds: seconds, nanoseconds: nanoseconds)
  }
}
