import Base
import FoundationEssentials
import Testing

@Suite("Values that are decoded from JSON") struct JSONDecodingTests {
  private struct Part: Codable, Hashable {
    var name = "rib \"3\"\n铁"
    var thickness: Double? = 0.1
    var holes: [Int] = [1, -2]
    var note: String?
    var loads: [String: [Double]] = ["x": [1, -0.5, 2.5e-300], "": []]
    var numbers: [Int: Int] = [4: 2]
    var kind = CodedKind.bent(radius: 12.5, [.flat, .named("a")])
    var nested: [[Part]] = []
    var serial: UInt32 = .max
    var isCast = true
  }

  /// Reads containers inside of its own.
  private struct ByHand: Decodable, Hashable {
    enum Key: CodingKey { case rows, last }
    var read: [String] = []

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Key.self)
      var rows = try members.nestedUnkeyedContainer(forKey: .rows)
      var row = try rows.nestedUnkeyedContainer()
      read.append("\(try row.decode(Int.self)) \(try row.decodeNil()) \(row.isAtEnd)")
      let cell = try rows.nestedContainer(keyedBy: Key.self)
      read.append(try cell.decode(String.self, forKey: .last))
      while !rows.isAtEnd { read.append("\(try rows.decode(Bool.self))") }
    }
  }

  private func decoded<Value: Decodable>(
    _ type: Value.Type, _ text: String, nonFinite: JSONWriter.NonFinite = .refused
  ) throws -> Value {
    try JSONValue.decoding(type, Array(text.utf8), path: "x", nonFinite: nonFinite)
  }

  private func refused<Value: Decodable>(_ type: Value.Type, _ text: String) -> String {
    do {
      return "\(try decoded(type, text))"
    } catch let error as KilnError {
      return "\(error.message) at \(error.place ?? "")"
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context)
    {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(context.debugDescription) in \(path)"
    } catch {
      return "\(error)"
    }
  }

  @Test("what one encoder writes is read, with and without blanks")
  func roundTrip() throws {
    var part = Part()
    part.nested = [[part], [], [part, part]]
    part.note = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = .prettyPrinted
    for bytes in [try JSONWriter.encoding(part), Array(try encoder.encode(part))] {
      #expect(try JSONValue.decoding(Part.self, bytes, path: "x") == part)
    }
    #expect(try decoded([Int8].self, "[-128,127]") == [-128, 127])
    #expect(try decoded([Double].self, "[-0.0]")[0].sign == .minus)
    #expect(try decoded(String?.self, "null") == nil)
  }

  @Test("containers inside of a value's own are read")
  func nesting() throws {
    let value = try decoded(ByHand.self, #"{"rows":[[1,null],{"last":"a"},true,false]}"#)
    #expect(value.read == ["1 true true", "a", "true", "false"])
  }

  @Test("a text that breaks off anywhere is refused")
  func truncated() throws {
    let bytes = try JSONWriter.encoding(Part())
    for count in bytes.indices {
      #expect(throws: (any Error).self, "after \(count) bytes") {
        try JSONValue.decoding(Part.self, Array(bytes[..<count]), path: "x")
      }
    }
  }

  @Test(
    "numbers are those of the standard",
    arguments: [
      "+1", "01", "-", "-01", "1.", ".5", "1.e3", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity",
      "-Infinity", "1e999", "1-2", "--1", "1.2.3",
    ])
  func numbers(_ text: String) {
    #expect(throws: KilnError.self) { try decoded([Double].self, "[\(text)]") }
  }

  @Test("numbers keep their value")
  func exactNumbers() throws {
    #expect(
      try decoded([Double].self, "[0, -1, 0.1, 1E2, 1e-300, 12345678901234567890]")
        == [0, -1, 0.1, 100, 1e-300, 12_345_678_901_234_567_168])
    #expect(try decoded([Int].self, "[9223372036854775807, 3.0]") == [.max, 3])
    for wrong in ["300", "-1", "2.5", "1e30"] {
      #expect(
        refused([UInt8].self, "[\(wrong)]") == "the number is not whole, or too large in 0")
    }
  }

  @Test(
    "texts are those of the standard",
    arguments: [
      "\"a\nb\"", "\"\u{1}\"", #""\x""#, #""\u12""#, #""\u+123""#, #""\ud83d""#, #""\ud83d\u0041""#,
      #""\ude00""#, #""\ud83d\ud83d""#, #"'a'"#, #""a"#, #""a\"#, #""a\""#,
    ])
  func texts(_ text: String) {
    #expect(throws: KilnError.self) { try decoded([String].self, "[\(text)]") }
  }

  @Test("escapes and characters of every length are read")
  func escapes() throws {
    #expect(
      try decoded([String].self, #"["\"\\\/\b\f\n\r\t","\u00e9\uD83D\ude00é😀支","\u0000"]"#)
        == ["\"\\/\u{8}\u{C}\n\r\t", "é😀é😀支", "\0"])
  }

  @Test("bytes that are no UTF-8 are refused")
  func encoding() {
    for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
      let bytes = Array(#"["a"#.utf8) + bad + Array(#""]"#.utf8)
      let error = #expect(throws: KilnError.self) {
        try JSONValue.decoding([String].self, bytes, path: "x")
      }
      #expect(error?.message == "this is not UTF-8")
      #expect(error?.place == "x:1:4")
    }
  }

  @Test("a name that an object has twice is refused, in small objects and in large ones")
  func duplicates() throws {
    let twice = "this name is there twice at x:1:"
    #expect(refused([String: Int].self, #"{"a":1,"b":2,"a":3}"#) == twice + "14")
    #expect(refused([String: Int].self, #"{"a":1,"\u0061":3}"#) == twice + "8")
    for count in [15, 16, 17, 100] {
      let members = (0..<count).map { #""k\#($0)":\#($0)"# }
      let object = try decoded([String: Int].self, "{\(members.joined(separator: ","))}")
      #expect(object.count == count && object["k\(count - 1)"] == count - 1)
      for again in [0, count - 1] {
        let more = (members + [members[again]]).joined(separator: ",")
        #expect(refused([String: Int].self, "{\(more)}").hasPrefix(twice), "\(count)")
      }
    }
  }

  @Test("values nest 64 deep and no deeper")
  func depth() throws {
    indirect enum Nest: Decodable {
      case inner(Nest?)
      init(from decoder: any Decoder) throws {
        var items = try decoder.unkeyedContainer()
        self = .inner(items.isAtEnd ? nil : try items.decode(Nest.self))
      }
    }
    func text(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try decoded(Nest.self, text(64))
    #expect(refused(Nest.self, text(65)) == "values are nested too deeply at x:1:65")
    #expect(refused(Nest.self, String(repeating: "[", count: 1_000_000)).hasPrefix("values are"))
  }

  @Test(
    "what is no JSON is refused at its place",
    arguments: [
      ("[1] 2", "nothing may follow the value at x:1:5"),
      ("[1,\n 2,]", "a value is expected here at x:2:4"),
      ("[1 2]", "a comma or `]` is expected here at x:1:4"),
      ("", "a value is expected here at x:1:1"),
    ])
  func places(_ text: String, _ expected: String) {
    #expect(refused([Int].self, text) == expected)
  }

  @Test("what is JSON but another value is refused with the way to it")
  func mismatches() {
    #expect(
      refused(Part.self, #"{"name":"a","holes":[1,"b"]}"#)
        == "a whole number is expected, not a text in holes.1")
    #expect(refused([CodedKind].self, #"[{"named":{}}]"#) == "`_0` is missing in 0.named")
    #expect(
      refused([CodedKind].self, #"[{"bent":{"radius":1,"_1":[{"named":{"_0":7}}]}}]"#)
        == "a text is expected, not a number in 0.bent._1.0.named._0")
    #expect(refused(CodedLimits.self, "[]") == "an object is expected, not a list in ")
    #expect(refused([[Int]].self, "[{}]") == "a list is expected, not an object in 0")
    #expect(refused([Bool].self, "[null]").hasSuffix("in 0"))
  }

  @Test("texts stand for numbers that JSON cannot spell only where that is wanted")
  func nonFinite() throws {
    let text = #"{"values":["inf","-inf",null,1]}"#
    #expect(
      try decoded(CodedLimits.self, text, nonFinite: .asText).values == [
        .infinity, -.infinity, nil, 1,
      ])
    #expect(try decoded([Double].self, #"["nan"]"#, nonFinite: .asText)[0].isNaN)
    #expect(throws: DecodingError.self) { try decoded(CodedLimits.self, text) }
    #expect(throws: DecodingError.self) {
      try decoded([Double].self, #"["one"]"#, nonFinite: .asText)
    }
  }
}
