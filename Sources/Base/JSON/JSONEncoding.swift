extension JSONWriter {
  /// What becomes of NaN and infinities, which JSON has no spelling for.
  package enum NonFinite: Sendable {
    /// An `EncodingError` says that there is one.
    case refused
    /// The texts `nan`, `inf` and `-inf`.
    case asText
  }

  /// The JSON of a value, members in the order in which it encodes them.
  ///
  /// Numbers and texts go straight into the bytes: a tree of values in between, as Foundation's encoder
  /// builds it, took a fifth of what accepting a job takes. A value must be done with one container before
  /// it writes to the one around it, as all synthesised code is; `superEncoder` is not there.
  package static func encoding(
    _ value: some Encodable, nonFinite: NonFinite = .refused
  ) throws -> [UInt8] {
    let stream = JSONStream(nonFinite)
    try stream.encode(value)
    return stream.writer.bytes
  }
}

/// The bytes so far, and what is open in them.
private final class JSONStream {
  var writer = JSONWriter()
  private let nonFinite: JSONWriter.NonFinite
  private var open: [Bracket] = []

  enum Bracket {
    case object
    case array
  }

  init(_ nonFinite: JSONWriter.NonFinite) { self.nonFinite = nonFinite }

  var depth: Int { open.count }

  /// Closes what is open inside of a depth.
  func close(to depth: Int) {
    precondition(depth <= open.count, "a value was written to a container that had ended")
    while open.count > depth {
      switch open.removeLast() {
      case .object: writer.endObject()
      case .array: writer.endArray()
      }
    }
  }

  /// Opens a container at a depth, or goes on with the one that the same value has opened there.
  func container(_ bracket: Bracket, at depth: Int) {
    if open.count > depth {
      precondition(open[depth] == bracket, "a value is an object and an array")
      return close(to: depth + 1)
    }
    open.append(bracket)
    switch bracket {
    case .object: writer.beginObject()
    case .array: writer.beginArray()
    }
  }

  func encode(_ value: some Encodable) throws {
    let depth = depth
    let before = writer.bytes.count
    try value.encode(to: ValueEncoder(stream: self, depth: depth))
    if writer.bytes.count == before { container(.object, at: depth) }
    close(to: depth)
  }

  func number(_ value: Double) throws {
    if value.isFinite {
      return value.sign == .minus && value.isZero
        ? writer.raw(Array("-0.0".utf8)) : writer.number(value)
    }
    switch nonFinite {
    case .asText: writer.string("\(value)")
    case .refused:
      throw EncodingError.invalidValue(
        value, .init(codingPath: [], debugDescription: "JSON has no number \(value)"))
    }
  }
}

/// What a value encodes itself to.
private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
  let stream: JSONStream
  let depth: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
    stream.container(.object, at: depth)
    return KeyedEncodingContainer(KeyedContainer(stream: stream, depth: depth + 1))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    stream.container(.array, at: depth)
    return UnkeyedContainer(stream: stream, depth: depth + 1)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  func encodeNil() { stream.writer.null() }
  func encode(_ value: Bool) { stream.writer.boolean(value) }
  func encode(_ value: String) { stream.writer.string(value) }
  func encode(_ value: Double) throws { try stream.number(value) }
  func encode(_ value: Float) throws { try stream.number(Double(value)) }
  func encode(_ value: Int) { stream.writer.integer(value) }
  func encode(_ value: Int64) { stream.writer.integer(value) }
  func encode(_ value: some Encodable & FixedWidthInteger) { stream.writer.integer(value) }
  func encode(_ value: some Encodable) throws { try value.encode(to: self) }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let stream: JSONStream
  /// Of the members.
  let depth: Int

  var codingPath: [any CodingKey] { [] }

  private func begin(_ key: Key) {
    stream.close(to: depth)
    stream.writer.key(key.stringValue)
  }

  func encodeNil(forKey key: Key) {
    begin(key)
    stream.writer.null()
  }

  func encode(_ value: Bool, forKey key: Key) {
    begin(key)
    stream.writer.boolean(value)
  }

  func encode(_ value: String, forKey key: Key) {
    begin(key)
    stream.writer.string(value)
  }

  func encode(_ value: Int, forKey key: Key) {
    begin(key)
    stream.writer.integer(value)
  }

  func encode(_ value: some Encodable & FixedWidthInteger, forKey key: Key) {
    begin(key)
    stream.writer.integer(value)
  }

  func encode(_ value: some Encodable, forKey key: Key) throws {
    begin(key)
    try stream.encode(value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy _: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    begin(key)
    stream.container(.object, at: depth)
    return KeyedEncodingContainer(KeyedContainer<Nested>(stream: stream, depth: depth + 1))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    begin(key)
    stream.container(.array, at: depth)
    return UnkeyedContainer(stream: stream, depth: depth + 1)
  }

  func superEncoder() -> any Encoder { preconditionFailure("classes are not encoded") }
  func superEncoder(forKey _: Key) -> any Encoder { preconditionFailure("classes are not encoded") }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
  let stream: JSONStream
  /// Of the elements.
  let depth: Int
  private(set) var count = 0

  var codingPath: [any CodingKey] { [] }

  private mutating func begin() {
    stream.close(to: depth)
    count += 1
  }

  mutating func encodeNil() {
    begin()
    stream.writer.null()
  }

  mutating func encode(_ value: some Encodable) throws {
    begin()
    try stream.encode(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy _: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    begin()
    stream.container(.object, at: depth)
    return KeyedEncodingContainer(KeyedContainer<Nested>(stream: stream, depth: depth + 1))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    begin()
    stream.container(.array, at: depth)
    return UnkeyedContainer(stream: stream, depth: depth + 1)
  }

  func superEncoder() -> any Encoder { preconditionFailure("classes are not encoded") }
}
