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
    let run = NumberRun(
      bytes: bytes, start: start, stride: stride, isSwapped: isBigEndian,
      values: values.slice(to, count: count))
    switch type {
    case .float(8): run.words8 { Double(bitPattern: $0) }
    case .float(4): run.words4 { Double(Float(bitPattern: $0)) }
    case .signed(8): run.words8 { Double(Int64(bitPattern: $0)) }
    case .signed(4): run.words4 { Double(Int32(bitPattern: $0)) }
    case .signed(3): run.words3 { Double($0) }
    case .signed(2): run.words2 { Double(Int16(bitPattern: $0)) }
    case .unsigned(8): run.words8 { Double($0) }
    case .unsigned(4): run.words4 { Double($0) }
    case .unsigned(2): run.words2 { Double($0) }
    case .signed: run.fill { Double(Int8(bitPattern: bytes[$0])) }
    case .unsigned, .float: run.fill { Double(bytes[$0]) }
    case .ibmFloat: run.words4 { Self.ibm($0) }
    case .boolean: run.fill { bytes[$0] == 0 ? 0 : 1 }
    }
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

/// Numbers at equal distances in bytes, and the places that they go to. The order of the bytes is looked at
/// once for each run, not for each number.
private struct NumberRun {
  let bytes: View<UInt8>
  let start: Int
  let stride: Int
  /// Whether the highest byte comes first.
  let isSwapped: Bool
  let values: MutableView<Double>

  /// - Parameter number: the number whose bytes begin at a place.
  @inline(__always)
  func fill(_ number: (Int) -> Double) {
    var at = start
    for i in 0..<values.count {
      values[i] = number(at)
      at &+= stride
    }
  }

  @inline(__always)
  func words8(_ number: (UInt64) -> Double) {
    if isSwapped {
      fill { number(bytes[eight: $0].byteSwapped) }
    } else {
      fill { number(bytes[eight: $0]) }
    }
  }

  @inline(__always)
  func words4(_ number: (UInt32) -> Double) {
    if isSwapped {
      fill { number(bytes[four: $0].byteSwapped) }
    } else {
      fill { number(bytes[four: $0]) }
    }
  }

  /// Three bytes with a sign.
  @inline(__always)
  func words3(_ number: (Int32) -> Double) {
    let (first, last) = isSwapped ? (2, 0) : (0, 2)
    fill {
      let low = UInt32(bytes[$0 + first]) << 8 | UInt32(bytes[$0 + 1]) << 16
      return number(Int32(bitPattern: UInt32(bytes[$0 + last]) << 24 | low) >> 8)
    }
  }

  @inline(__always)
  func words2(_ number: (UInt16) -> Double) {
    if isSwapped {
      fill { number(bytes[two: $0].byteSwapped) }
    } else {
      fill { number(bytes[two: $0]) }
    }
  }
}
