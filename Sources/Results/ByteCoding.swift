/// Appends little-endian integers and counted texts to an array of bytes.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func integer<T: FixedWidthInteger>(_ value: T) {
    // Sound: the bytes of a local, copied before it goes.
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func number(_ value: Double) { integer(value.bitPattern) }
  mutating func flag(_ value: Bool) { integer(value ? 1 as UInt8 : 0) }

  mutating func text(_ value: String) {
    integer(UInt32(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func append(_ other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }
}

/// Reads what ``ByteWriter`` wrote; every read past the end, or of nonsense, is nil.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position == bytes.endIndex }
  var rest: ArraySlice<UInt8> { bytes[position...] }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= bytes.endIndex - position else { return nil }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) -> T? {
    guard let taken = take(T.bitWidth / 8) else { return nil }
    return taken.reversed().reduce(0) { ($0 << 8) | T(truncatingIfNeeded: $1) }
  }

  mutating func number() -> Double? {
    integer(UInt64.self).map { Double(bitPattern: $0) }
  }

  mutating func flag() -> Bool? {
    switch integer(UInt8.self) {
    case 0: false
    case 1: true
    case .some, .none: nil
    }
  }

  mutating func text() -> String? {
    guard let count = integer(UInt32.self), let taken = take(Int(count)) else { return nil }
    return String(validating: taken, as: UTF8.self)
  }
}
