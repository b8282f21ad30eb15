extension JSONValue {
  /// A value from its JSON, which must keep to RFC 8259.
  ///
  /// What Kiln itself hands from process to process is small, and comes often: this takes a third of the
  /// time of Foundation's decoder. `superDecoder` is not there.
  ///
  /// - Parameter path: for the error about what is no JSON, a `KilnError` with line and column; what is
  ///   JSON but not of this type is a `DecodingError`.
  /// - Parameter nonFinite: whether `nan`, `inf` and `-inf` are numbers.
  package static func decoding<Value: Decodable>(
    _: Value.Type, _ bytes: [UInt8], path: String, nonFinite: JSONWriter.NonFinite = .refused
  ) throws -> Value {
    var parser = JSONParser(bytes, path: path, .strict)
    return try Value(from: ValueDecoder(value: try parser.only(), nonFinite: nonFinite))
  }

  /// What it is, in an error.
  fileprivate var kind: String {
    switch self {
    case .null: "null"
    case .flag: "a truth value"
    case .integer, .number: "a number"
    case .text: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// What a value decodes itself from.
private struct ValueDecoder: Decoder, SingleValueDecodingContainer {
  let value: JSONValue
  let nonFinite: JSONWriter.NonFinite

  /// Where something is wrong is told by the containers around it, on the error's way out.
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy _: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = value.members else { throw mismatch([String: Int].self, "an object") }
    return KeyedDecodingContainer(
      KeyedContainer(members: members, nonFinite: nonFinite, codingPath: []))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let items = value.items else { throw mismatch([Int].self, "a list") }
    return UnkeyedContainer(items: items, nonFinite: nonFinite, codingPath: [])
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { value == .null }

  func decode(_: Bool.Type) throws -> Bool {
    guard case .flag(let flag) = value else { throw mismatch(Bool.self, "a truth value") }
    return flag
  }

  func decode(_: String.Type) throws -> String {
    guard let text = value.text else { throw mismatch(String.self, "a text") }
    return text
  }

  func decode(_: Double.Type) throws -> Double {
    if let number = value.number { return number }
    switch (nonFinite, value.text) {
    case (.asText, "nan"): return .nan
    case (.asText, "inf"): return .infinity
    case (.asText, "-inf"): return -.infinity
    case (.asText, _), (.refused, _): throw mismatch(Double.self, "a number")
    }
  }

  func decode(_: Float.Type) throws -> Float { Float(try decode(Double.self)) }

  func decode<Number: Decodable & FixedWidthInteger>(_: Number.Type) throws -> Number {
    let exact: Number?
    switch value {
    case .integer(let number): exact = Number(exactly: number)
    case .number(let number): exact = Number(exactly: number)
    case .null, .flag, .text, .array, .object: throw mismatch(Number.self, "a whole number")
    }
    guard let exact else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "the number is not whole, or too large"))
    }
    return exact
  }

  func decode<Value: Decodable>(_: Value.Type) throws -> Value { try Value(from: self) }

  func mismatch(_ type: any Any.Type, _ wanted: String) -> DecodingError {
    .typeMismatch(
      type, .init(codingPath: [], debugDescription: "\(wanted) is expected, not \(value.kind)"))
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let members: [JSONValue.Member]
  let nonFinite: JSONWriter.NonFinite
  /// Empty but in a container that a value has opened inside of its own.
  let codingPath: [any CodingKey]
  private var names = JSONValue.Names()

  init(
    members: [JSONValue.Member], nonFinite: JSONWriter.NonFinite, codingPath: [any CodingKey]
  ) {
    self.members = members
    self.nonFinite = nonFinite
    self.codingPath = codingPath
    names.add(members)
  }

  var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

  private func find(_ key: Key) -> JSONValue? {
    names.place(of: key.stringValue, in: members).map { members[$0].value }
  }

  private func decoder(_ key: Key) throws -> ValueDecoder {
    guard let value = find(key) else {
      throw DecodingError.keyNotFound(
        key, .init(codingPath: codingPath, debugDescription: "`\(key.stringValue)` is missing"))
    }
    return ValueDecoder(value: value, nonFinite: nonFinite)
  }

  private func read<Value>(
    _ key: Key, _ body: (ValueDecoder) throws -> Value
  ) throws -> Value {
    let decoder = try decoder(key)
    return try naming(codingPath, key) { try body(decoder) }
  }

  func contains(_ key: Key) -> Bool { find(key) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try read(key) { try $0.decode(type) }
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try read(key) { try $0.decode(type) }
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try read(key) { try $0.decode(type) }
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try read(key) { try $0.decode(type) }
  }
  func decode<Number: Decodable & FixedWidthInteger>(
    _ type: Number.Type, forKey key: Key
  ) throws -> Number {
    try read(key) { try $0.decode(type) }
  }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try read(key) { try $0.decode(type) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy _: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try read(key) { decoder in
      guard let members = decoder.value.members else {
        throw decoder.mismatch([String: Int].self, "an object")
      }
      return KeyedDecodingContainer(
        KeyedContainer<Nested>(
          members: members, nonFinite: nonFinite, codingPath: codingPath + [key]))
    }
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try read(key) { decoder in
      guard let items = decoder.value.items else { throw decoder.mismatch([Int].self, "a list") }
      return UnkeyedContainer(items: items, nonFinite: nonFinite, codingPath: codingPath + [key])
    }
  }

  func superDecoder() -> any Decoder { preconditionFailure("classes are not decoded") }
  func superDecoder(forKey _: Key) -> any Decoder { preconditionFailure("classes are not decoded") }
}

private struct UnkeyedContainer: UnkeyedDecodingContainer {
  let items: [JSONValue]
  let nonFinite: JSONWriter.NonFinite
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex == items.count }

  /// A value that could not be read is not passed.
  private mutating func next<Value>(
    _ body: (ValueDecoder) throws -> Value
  ) throws -> Value {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        Value.self, .init(codingPath: codingPath, debugDescription: "the list is too short"))
    }
    let decoder = ValueDecoder(value: items[currentIndex], nonFinite: nonFinite)
    let value = try naming(codingPath, Place(intValue: currentIndex)) { try body(decoder) }
    currentIndex += 1
    return value
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, items[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next { try $0.decode(type) }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let path = codingPath + [Place(intValue: currentIndex)]
    return try next { decoder in
      guard let members = decoder.value.members else {
        throw decoder.mismatch([String: Int].self, "an object")
      }
      return KeyedDecodingContainer(
        KeyedContainer<Nested>(members: members, nonFinite: decoder.nonFinite, codingPath: path))
    }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let path = codingPath + [Place(intValue: currentIndex)]
    return try next { decoder in
      guard let items = decoder.value.items else { throw decoder.mismatch([Int].self, "a list") }
      return UnkeyedContainer(items: items, nonFinite: decoder.nonFinite, codingPath: path)
    }
  }

  func superDecoder() -> any Decoder { preconditionFailure("classes are not decoded") }
}

/// A place in a list, from 0.
private struct Place: CodingKey {
  let intValue: Int?
  var stringValue: String { intValue.map { "\($0)" } ?? "" }

  init(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { return nil }
}

/// Adds to an error where it is: a path that is built on the way out costs nothing where all is well.
private func naming<Value>(
  _ path: [any CodingKey], _ key: any CodingKey, _ body: () throws -> Value
) throws -> Value {
  do {
    return try body()
  } catch let error as DecodingError {
    throw error.moved(below: path + [key])
  }
}

extension DecodingError {
  fileprivate func moved(below path: [any CodingKey]) -> DecodingError {
    func moved(_ context: Context) -> Context {
      Context(
        codingPath: path + context.codingPath, debugDescription: context.debugDescription,
        underlyingError: context.underlyingError)
    }
    return switch self {
    case .typeMismatch(let type, let context): .typeMismatch(type, moved(context))
    case .valueNotFound(let type, let context): .valueNotFound(type, moved(context))
    case .keyNotFound(let key, let context): .keyNotFound(key, moved(context))
    case .dataCorrupted(let context): .dataCorrupted(moved(context))
    @unknown default: self
    }
  }
}
