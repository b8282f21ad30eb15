import Base

/// The header of a record of miniSEED 2 (SEED Reference Manual 2.4, FDSN 2012, chapter 8).
struct MiniSEEDRecord {
  enum Encoding: Int {
    case int16 = 1
    case int24 = 2
    case int32 = 3
    case float32 = 4
    case float64 = 5
    case steim1 = 10
    case steim2 = 11
  }

  /// `network.station.location.channel`.
  var channel: String
  /// Nanoseconds since 1970 of the first sample.
  var start: Int64
  var rateHz: Double
  var samples: Int
  var encoding: Int
  /// Whether the data is big-endian; the header's order may differ.
  var isBigEndian: Bool
  var dataOffset: Int
  /// Bytes of the whole record.
  var length: Int

  static let headerBytes = 48
  /// As much of a record as its blockettes usually take.
  static let glanceBytes = 256

  /// Whether bytes begin like a record: six digits, a letter for the quality, a blank or zero.
  static func isLikely(_ head: [UInt8]) -> Bool {
    guard head.count >= headerBytes else { return false }
    let isNumbered = head[..<6].allSatisfy { $0 &- 0x30 <= 9 || $0 == 0x20 || $0 == 0 }
    return isNumbered && "DRQM".utf8.contains(head[6]) && (head[7] == 0x20 || head[7] == 0)
  }

  /// Nil where the bytes are no header of data.
  init?(_ bytes: [UInt8]) {
    guard Self.isLikely(bytes) else { return nil }
    // The year tells the byte order.
    var header = HeaderBytes(bytes: bytes, isBigEndian: true)
    if !(1900...2261).contains(header.u16(20)) { header.isBigEndian = false }
    let seconds = header.u8(24) * 3600 + header.u8(25) * 60 + header.u8(26)
    guard
      let start = CivilTime.nanoseconds(
        year: header.u16(20), day: header.u16(22), seconds: seconds,
        nanoseconds: header.u16(28) * 100_000)
    else { return nil }
    channel = [(18, 2), (8, 5), (13, 2), (15, 3)].map { header.text($0.0, $0.1) }
      .joined(separator: ".")
    samples = header.u16(30)
    rateHz = Self.rate(header.i16(32), header.i16(34))
    // The correction is in units of 0.1 ms, unless it is applied already.
    let isCorrected = header.u8(36) & 2 != 0
    self.start = start + (isCorrected ? 0 : Int64(header.i32(40)) * 100_000)
    dataOffset = header.u16(44)
    encoding = Encoding.steim1.rawValue
    isBigEndian = header.isBigEndian
    length = 0
    readBlockettes(header)
    guard length >= Self.headerBytes, dataOffset <= length else { return nil }
    if samples > 0, dataOffset < Self.headerBytes { return nil }
  }

  /// Samples per second from factor and multiplier; negative ones divide.
  private static func rate(_ factor: Int, _ multiplier: Int) -> Double {
    guard factor != 0, multiplier != 0 else { return 0 }
    let base = factor > 0 ? Double(factor) : -1 / Double(factor)
    return multiplier > 0 ? base * Double(multiplier) : -base / Double(multiplier)
  }

  private mutating func readBlockettes(_ header: HeaderBytes) {
    var offset = header.u16(46)
    // Each one lies behind the one before, so that a chain cannot loop.
    while offset >= Self.headerBytes, offset + 8 <= header.bytes.count {
      switch header.u16(offset) {
      case 1000:
        encoding = header.u8(offset + 4)
        isBigEndian = header.u8(offset + 5) == 1
        let power = header.u8(offset + 6)
        length = (7...20).contains(power) ? 1 << power : 0
      case 1001:
        start += Int64(Int8(truncatingIfNeeded: header.u8(offset + 5))) * 1000
      case 100:
        let rate = header.float(offset + 4)
        if rate > 0, rate.isFinite { rateHz = rate }
      case _: break
      }
      let next = header.u16(offset + 2)
      if next <= offset { return }
      offset = next
    }
  }
}
