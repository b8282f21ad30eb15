// A specification is written for every job and handed out with every lease, and most of it is as it
// always is. What is at its default is left out, which takes a third of the time and of the bytes; what was
// written before there was a member reads the same way.

extension KeyedEncodingContainer {
  /// Leaves out what is as in a new value, where `decode(into:)` finds it again.
  mutating func encode<Value: Encodable & Equatable>(
    _ value: Value, unless standard: Value, forKey key: Key
  ) throws {
    if value != standard { try encode(value, forKey: key) }
  }
}

extension KeyedDecodingContainer {
  /// Leaves a value as it is where nothing is written.
  func decode<Value: Decodable>(into value: inout Value, forKey key: Key) throws {
    if let written = try decodeIfPresent(Value.self, forKey: key) { value = written }
  }
}
