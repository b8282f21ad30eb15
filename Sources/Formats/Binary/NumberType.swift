import LinearAlgebra

/// How numbers are stored in a binary file.
enum NumberType: Hashable, Sendable {
  case signed(bytes: Int)
  case unsigned(bytes: Int)
  case float(bytes: Int)
  case boolean
  /// Four bytes of IBM's System/360: sign, exponent of sixteen, fraction of 24 bits.
  case ibmFloat

  var bytes: Int {
    switch self {
    case .signed(let bytes), .unsigned(let bytes), .float(let bytes): bytes
    case .boolean: 1
    case .ibmFloat: 4
    }
  }
}

/// Turns stored numbers into doubles.
struct NumberDecoder: Sendable {
  let type: NumberType
  let isBigEndian: Bool

  /// Decodes `count` numbers, the first one at the byte `start` and each `stride` bytes behind the one
  /// before, into neighbouring places from `to` on.
  func decode(
    _ bytes: View<UInt8>, from start: Int, stride: Int, count: Int,
    into values: MutableView<Double>, at to: Int
  ) {
    let end = start + (count - 1) * stride + type.bytes
    precondition(count == 0 || start >= 0 && end <= bytes.count, "numbers outside the bytes")
    switch type {
    case .float(8):
      for i in 0..<count {
        values[to + i] = Double(bitPattern: word8(bytes, start + i * stride))
      }
    case .float(4):
      for i in 0..<count {
        values[to + i] = Double(Float(bitPattern: word4(bytes, start + i * stride)))
      }
    case .signed(8):
      for i in 0..<count {
        values[to + i] = Double(Int64(bitPattern: word8(bytes, start + i * stride)))
      }
    case .signed(4):
      for i in 0..<count {
        values[to + i] = Double(Int32(bitPattern: word4(bytes, start + i * stride)))
      }
    case .signed(3):
      for i in 0..<count { values[to + i] = Double(word3(bytes, start + i * stride)) }
    case .signed(2):
      for i in 0..<count {
        values[to + i] = Double(Int16(bitPattern: word2(bytes, start + i * stride)))
      }
    case .unsigned(8):
      for i in 0..<count { values[to + i] = Double(word8(bytes, start + i * stride)) }
    case .unsigned(4):
      for i in 0..<count { values[to + i] = Double(word4(bytes, start + i * stride)) }
    case .unsigned(2):
      for i in 0..<count { values[to + i] = Double(word2(bytes, start + i * stride)) }
    case .signed:
      for i in 0..<count { values[to + i] = Double(Int8(bitPattern: bytes[start + i * stride])) }
    case .unsigned, .float:
      for i in 0..<count { values[to + i] = Double(bytes[start + i * stride]) }
    case .ibmFloat:
      for i in 0..<count { values[to + i] = Self.ibm(word4(bytes, start + i * stride)) }
    case .boolean:
      for i in 0..<count { values[to + i] = bytes[start + i * stride] == 0 ? 0 : 1 }
    }
  }

  @inline(__always)
  private func word8(_ bytes: View<UInt8>, _ at: Int) -> UInt64 {
    isBigEndian ? bytes[eight: at].byteSwapped : bytes[eight: at]
  }

  @inline(__always)
  private func word4(_ bytes: View<UInt8>, _ at: Int) -> UInt32 {
    isBigEndian ? bytes[four: at].byteSwapped : bytes[four: at]
  }

  @inline(__always)
  private func word2(_ bytes: View<UInt8>, _ at: Int) -> UInt16 {
    isBigEndian ? bytes[two: at].byteSwapped : bytes[two: at]
  }

  @inline(__always)
  private func word3(_ bytes: View<UInt8>, _ at: Int) -> Int32 {
    let low = UInt32(bytes[isBigEndian ? at + 2 : at])
    let high = UInt32(bytes[isBigEndian ? at : at + 2])
    return Int32(bitPattern: high << 24 | UInt32(bytes[at + 1]) << 16 | low << 8) >> 8
  }

  /// `±fraction * 16^(exponent - 64)` with a fraction of 24 bits below one; exact as a double.
  private static func ibm(_ word: UInt32) -> Double {
    let fraction = Double(word & 0xFF_FFFF)
    let exponent = Int(word >> 24 & 0x7F)
    // The fraction counts units of 2^-24, hence 280 = 4 * 64 + 24.
    let value = fraction * Double(sign: .plus, exponent: 4 * exponent - 280, significand: 1)
    return word >> 31 == 1 ? -value : value
  }
}
