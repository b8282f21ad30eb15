import LinearAlgebra

/// Takes a piece of a file; the pieces come in order.
package typealias ByteSink = ([UInt8]) throws -> Void

/// Collects bytes and numbers in Fortran's formats, and hands them on in large pieces.
struct OutputBuffer: ~Copyable {
  private static let capacity = 1 << 20
  /// The longest thing that is written at once, with room to spare.
  private static let reserve = 1 << 10

  private let sink: ByteSink
  private let bytes = Buffer<UInt8>(repeating: 0, count: Self.capacity)
  private var count = 0

  init(_ sink: @escaping ByteSink) { self.sink = sink }

  /// Hands on what is left. Must be called at the end.
  mutating func flush() throws {
    guard count > 0 else { return }
    try sink(bytes.view.copy(first: count))
    count = 0
  }

  /// Makes room for a line.
  mutating func beginLine() throws {
    if count > Self.capacity - Self.reserve { try flush() }
  }

  mutating func text(_ text: String) throws {
    for byte in text.utf8 {
      try beginLine()
      put(byte)
    }
  }

  /// A short constant piece of a line that has begun.
  mutating func put(_ text: StaticString) {
    for byte in text.description.utf8 { put(byte) }
  }

  mutating func newline() { put(Ascii.newline) }

  mutating func spaces(_ number: Int) {
    for _ in 0..<number { put(Ascii.space) }
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) {
    bytes.view[count] = byte
    count &+= 1
  }

  /// Fortran's `I width`.
  mutating func integer(_ value: Int, width: Int) {
    var rest = value.magnitude
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    let length = digits + (value < 0 ? 1 : 0)
    spaces(max(width - length, 0))
    if value < 0 { put(Ascii.minus) }
    rest = value.magnitude
    for place in 0..<digits {
      bytes.view[count + digits - 1 - place] = Ascii.zero + UInt8(rest % 10)
      rest /= 10
    }
    count += digits
  }

  /// C's `%(decimals + 7).(decimals)E`: `-1.23456E+00`, a blank for plus.
  ///
  /// Numbers below 1e-99 in size are written as zero, so that the column keeps its width.
  mutating func scientific(_ value: Double, decimals: Int) {
    put(value.sign == .minus && !value.isNaN ? Ascii.minus : Ascii.space)
    guard value.isFinite else {
      put(value.isNaN ? "NaN" : "Inf")
      return spaces(decimals + 3)
    }
    let (digits, exponent) = DecimalDigits.rounded(value.magnitude, decimals: decimals)
    var rest = digits
    for place in 0..<decimals {
      bytes.view[count + decimals + 1 - place] = Ascii.zero + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    bytes.view[count] = Ascii.zero + UInt8(truncatingIfNeeded: rest)
    bytes.view[count + 1] = Ascii.point
    count += decimals + 2
    put(UInt8(ascii: "E"))
    put(exponent < 0 ? Ascii.minus : Ascii.plus)
    let size = UInt8(truncatingIfNeeded: exponent.magnitude)
    if size >= 100 { put(Ascii.zero + size / 100) }
    put(Ascii.zero + size / 10 % 10)
    put(Ascii.zero + size % 10)
  }

  /// Numbers as they lie in memory, little-endian.
  mutating func raw(_ values: [Double]) throws {
    for value in values { try raw(value.bitPattern) }
  }

  mutating func raw(_ value: some FixedWidthInteger) throws {
    try beginLine()
    var rest = value.littleEndian
    for _ in 0..<(rest.bitWidth / 8) {
      put(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}
