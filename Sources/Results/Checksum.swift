/// CRC-32 as zlib and PNG compute it: it finds what a torn write or a worn disk did to a frame.
///
/// Content is sealed by SHA-256; this guards only the few hundred bytes around it.
struct Checksum {
  private var state: UInt32 = 0xFFFF_FFFF

  var value: UInt32 { ~state }

  mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      state = Checksum.table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8)
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1
    }
  }
}
