/// Bytes of a binary file while a test makes it.
struct ByteBuilder {
  var bytes: [UInt8] = []
  var isBigEndian: Bool

  init(bigEndian: Bool) { isBigEndian = bigEndian }

  mutating func text(_ text: String) { bytes += Array(text.utf8) }

  mutating func text(_ text: String, width: Int) {
    bytes += Array((text + String(repeating: " ", count: width)).utf8.prefix(width))
  }

  mutating func zeros(_ count: Int) { bytes += [UInt8](repeating: 0, count: count) }

  mutating func zeros(until count: Int) { zeros(count - bytes.count) }

  mutating func integer(_ value: Int, bytes count: Int) {
    for index in 0..<count {
      let shift = 8 * (isBigEndian ? count - 1 - index : index)
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func u8(_ value: Int) { integer(value, bytes: 1) }
  mutating func u16(_ value: Int) { integer(value, bytes: 2) }
  mutating func u32(_ value: Int) { integer(value, bytes: 4) }
  mutating func u64(_ value: Int) { integer(value, bytes: 8) }
  mutating func float(_ value: Float) { u32(Int(value.bitPattern)) }
  mutating func double(_ value: Double) { u64(Int(bitPattern: UInt(value.bitPattern))) }
}

/// Decodes base64 without line breaks.
func base64(_ text: String) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var bytes: [UInt8] = []
  var bits = 0
  var word = 0
  for letter in text.utf8 {
    guard let value = alphabet.firstIndex(of: letter) else { break }
    word = word << 6 | value
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: word >> bits))
      word &= 1 << bits - 1
    }
  }
  return bytes
}
