/// A picture with one byte for each pixel, encoded as PNG (ISO/IEC 15948) without compression.
struct IndexedImage {
  let width: Int
  let height: Int
  /// Row after row from the top; 255 is transparent.
  let pixels: [UInt8]

  func png(_ palette: [ColourMap.Colour]) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let depthAndKind: [UInt8] = [8, 3, 0, 0, 0]
    append("IHDR", bigEndian(width) + bigEndian(height) + depthAndKind, to: &bytes)
    append("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &bytes)
    append("tRNS", [UInt8](repeating: 255, count: palette.count - 1) + [0], to: &bytes)
    append("IDAT", zlib(), to: &bytes)
    append("IEND", [], to: &bytes)
    return bytes
  }

  private func append(_ kind: String, _ body: [UInt8], to bytes: inout [UInt8]) {
    bytes += bigEndian(body.count)
    let checked = Array(kind.utf8) + body
    bytes += checked
    bytes += bigEndian(Int(Self.crc32(checked)))
  }

  /// The rows, each after the byte of its filter, as stored blocks (RFC 1950 and 1951).
  private func zlib() -> [UInt8] {
    var raw: [UInt8] = []
    for row in 0..<height {
      raw.append(0)
      raw += pixels[row * width..<(row + 1) * width]
    }
    var bytes: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let count = min(raw.count - start, 65535)
      bytes.append(start + count == raw.count ? 1 : 0)
      bytes += [
        UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255),
      ]
      bytes += raw[start..<start + count]
      start += count
    } while start < raw.count
    return bytes + bigEndian(Int(Self.adler32(raw)))
  }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
      sum >> 8 ^ crcTable[Int((sum ^ UInt32(byte)) & 255)]
    }
  }

  private static let crcTable = (0..<256 as Range<UInt32>).map { index in
    (0..<8).reduce(index) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// RFC 4648.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let part = bytes[start..<min(start + 3, bytes.count)]
    let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
    for place in 0..<4 {
      text.append(place <= part.count ? alphabet[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
