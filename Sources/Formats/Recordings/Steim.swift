/// Steim's compression of whole numbers: differences of few bits in frames of 64 bytes (SEED Reference
/// Manual 2.4, appendix B).
enum Steim {
  enum Version {
    case one
    case two
  }

  /// Nil where the data is damaged: too few differences, an unknown code, or a last sample that is not
  /// the one that the first frame announces.
  static func decode(
    _ data: ArraySlice<UInt8>, samples: Int, _ version: Version, isBigEndian: Bool
  ) -> [Double]? {
    let bytes = HeaderBytes(bytes: Array(data), isBigEndian: isBigEndian)
    // A word has at most seven differences.
    guard samples > 0, samples <= bytes.bytes.count / 4 * 7 else { return nil }
    var differences: [Int32] = []
    differences.reserveCapacity(samples + 7)
    for frame in 0..<bytes.bytes.count / 64 where differences.count < samples {
      let codes = bytes.unsigned(64 * frame, bytes: 4)
      for word in (frame == 0 ? 3 : 1)..<16 {
        let code = Int(codes >> UInt64(30 - 2 * word)) & 3
        let value = UInt32(bytes.unsigned(64 * frame + 4 * word, bytes: 4))
        guard append(value, code: code, version, to: &differences) else { return nil }
      }
    }
    guard differences.count >= samples else { return nil }
    var value = Int32(bitPattern: UInt32(bytes.unsigned(4, bytes: 4)))
    let last = Int32(bitPattern: UInt32(bytes.unsigned(8, bytes: 4)))
    var values = [Double(value)]
    values.reserveCapacity(samples)
    // The first difference leads from the record before.
    for difference in differences[1..<max(samples, 1)] {
      value &+= difference
      values.append(Double(value))
    }
    return value == last ? values : nil
  }

  private static func append(
    _ word: UInt32, code: Int, _ version: Version, to differences: inout [Int32]
  ) -> Bool {
    let packing: (bits: UInt32, count: UInt32)? =
      switch (code, version, word >> 30) {
      case (0, _, _): (0, 0)
      case (1, _, _): (8, 4)
      case (2, .one, _): (16, 2)
      case (3, .one, _): (32, 1)
      case (2, .two, 1): (30, 1)
      case (2, .two, 2): (15, 2)
      case (2, .two, 3): (10, 3)
      case (3, .two, 0): (6, 5)
      case (3, .two, 1): (5, 6)
      case (3, .two, 2): (4, 7)
      case _: nil
      }
    guard let (bits, count) = packing else { return false }
    for index in 0..<count {
      // To the top, then down with the sign.
      let shift = 32 - bits * (count - index)
      differences.append(Int32(bitPattern: word << shift) >> (32 - bits))
    }
    return true
  }
}
