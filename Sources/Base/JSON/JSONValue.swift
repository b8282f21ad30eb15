/// A JSON document (RFC 8259) whose objects keep the order of their members.
package enum JSONValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case array([JSONValue])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSONValue

    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// A text that is one value.
  ///
  /// - Parameter path: for the error, which names line and column.
  package init(parsing bytes: [UInt8], path: String) throws(KilnError) {
    var parser = JSONParser(bytes, path: path, .lenient)
    self = try parser.only()
  }

  /// An object from pairs, in their order.
  package static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  /// All values that follow one another; more than one where each line is a value of its own.
  ///
  /// - Parameter path: for the error, which names line and column.
  package static func sequence(_ bytes: [UInt8], path: String) throws(KilnError) -> [JSONValue] {
    var parser = JSONParser(bytes, path: path, .lenient)
    return try parser.values()
  }

  /// The member of an object; nil for anything else.
  package subscript(name: String) -> JSONValue? { members?.first { $0.name == name }?.value }

  package var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// The items of an array; nil for anything else.
  package var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }

  package var text: String? { if case .text(let text) = self { text } else { nil } }

  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .null, .flag, .text, .array, .object: nil
    }
  }

  package func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .flag(let flag): writer.boolean(flag)
    case .integer(let number): writer.integer(number)
    case .number(let number): writer.number(number)
    case .text(let text): writer.string(text)
    case .array(let values):
      writer.beginArray()
      for value in values { value.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.key(member.name)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }

  package var bytes: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }
}

extension JSONValue {
  /// Finds members by their names: a handful is searched faster than hashed, thousands are not.
  struct Names {
    private var places: [String: Int] = [:]

    private static let searchedMax = 16

    /// Takes note of the last member.
    mutating func add(_ members: [Member]) {
      guard members.count > Names.searchedMax else { return }
      let first = places.isEmpty ? 0 : members.count - 1
      for place in first..<members.count { places[members[place].name] = place }
    }

    /// Nil where there is none of this name.
    func place(of name: String, in members: [Member]) -> Int? {
      members.count > Names.searchedMax ? places[name] : members.firstIndex { $0.name == name }
    }
  }
}
