import LinearAlgebra

/// How numbers are stored in a binary file.
enum NumberType: Hashable, Sendable {
  case signed(bytes: Int)
  case unsigned(bytes: Int)
  case float(bytes: Int)
  case boolean

  var bytes: Int {
    switch self {
    case .signed(let bytes), .unsigned(let bytes), .float(let bytes): bytes
    case .boolean: 1
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
}
