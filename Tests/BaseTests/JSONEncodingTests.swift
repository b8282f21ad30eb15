import Base
import FoundationEssentials
import Testing

@Suite("JSON that values encode themselves to") struct JSONEncodingTests {
  private struct Part: Codable, Hashable {
    var name = "rib \"3\"\n铁"
    var thickness: Double? = 0.1
    var holes: [Int] = []
    var note: String?
    var loads: [String: [Double]] = ["x": [1, -0.0, 2.5e-300], "": []]
    var kind = CodedKind.bent(radius: 12.5, [.flat, .named("a")])
    var nested: [[Part]] = []
    var serial: UInt64 = .max
    var isCast = true
  }

  /// Writes a container by hand, then others around it.
  private struct ByHand: Encodable {
    enum Key: CodingKey { case rows, sizes, last }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: Key.self)
      var rows = members.nestedUnkeyedContainer(forKey: .rows)
      var row = rows.nestedUnkeyedContainer()
      try row.encode(1)
      try row.encodeNil()
      var cell = rows.nestedContainer(keyedBy: Key.self)
      try cell.encode("a", forKey: .last)
      try rows.encode(rows.count)
      var sizes = members.nestedContainer(keyedBy: Key.self, forKey: .sizes)
      try sizes.encodeNil(forKey: .last)
      var again = encoder.container(keyedBy: Key.self)
      try again.encode(false, forKey: .last)
    }
  }

  private struct Empty: Codable, Hashable {}

  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONWriter.encoding(value), as: UTF8.self)
  }

  private func expectRoundTrip<T: Codable & Hashable>(_ value: T) throws {
    let bytes = try JSONWriter.encoding(value)
    #expect(try JSONDecoder().decode(T.self, from: Data(bytes)) == value)
  }

  @Test("a decoder reads back what was encoded")
  func roundTrip() throws {
    var part = Part()
    try expectRoundTrip(part)
    part.nested = [[part], [], [part, part]]
    part.note = ""
    part.thickness = nil
    try expectRoundTrip(part)
    try expectRoundTrip([CodedKind.flat, .bent(radius: 0, [])])
    try expectRoundTrip(["a": Empty()])
    try expectRoundTrip([Int8.min])
    let zero = try JSONDecoder().decode([Double].self, from: Data(JSONWriter.encoding([-0.0])))
    #expect(zero[0].sign == .minus)
  }

  @Test("members keep their order, and every container is closed where its value ends")
  func order() throws {
    #expect(
      try text(ByHand())
        == #"{"rows":[[1,null],{"last":"a"},2],"sizes":{"last":null},"last":false}"#)
    #expect(try text([Empty(), Empty()]) == "[{},{}]")
    #expect(try text([Int]()) == "[]")
    #expect(try text("x") == #""x""#)
    #expect(try text(CodedKind.named("a")) == #"{"named":{"_0":"a"}}"#)
    #expect(try text(["k": [Int?.none, 3]]) == #"{"k":[null,3]}"#)
  }

  @Test(
    "whole numbers are written with all their digits",
    arguments: [0, 1, -1, 9, 10, -10, 100, 1_234_567_890, Int.max, Int.min])
  func wholeNumbers(_ number: Int) throws {
    #expect(try text([number]) == "[\(number)]")
    #expect(try text([Int64(number)]) == "[\(number)]")
    #expect(try text(["n": number]) == "{\"n\":\(number)}")
  }

  @Test("a number that JSON cannot spell is refused, or a text where that is wanted")
  func nonFinite() throws {
    let limits = CodedLimits(values: [.infinity, -.infinity, nil])
    #expect(throws: EncodingError.self) { try JSONWriter.encoding(limits) }
    let bytes = try JSONWriter.encoding(limits, nonFinite: .asText)
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"values":["inf","-inf",null]}"#)
  }
}
