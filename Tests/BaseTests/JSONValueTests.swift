import Base
import Testing

@Suite("JSON that is read") struct JSONValueTests {
  @Test("every kind of value is read, and what the writer writes")
  func reads() throws {
    let text = #" {"a": [1, -2.5e3, 7], "b\n": "x\"\\\u00e9\ud83d\ude00 铁", "c": {}} "#
    let value = try parsed(text)
    #expect(value["a"]?.items?.map(\.number) == [1, -2500, 7])
    #expect(value["b\n"]?.text == "x\"\\é😀 铁")
    #expect(value["c"] != nil && value["d"] == nil)
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("t")
    writer.string("tab\t \"quoted\" \u{1}")
    writer.endObject()
    let written = try JSONValue(parsing: writer.bytes, path: "written")
    #expect(written["t"]?.text == "tab\t \"quoted\" \u{1}")
  }

  @Test(
    "what is not one JSON value is an error with its place",
    arguments: [
      "", "{", "[1,", "{\"a\" 1}", "nul", "\"a", "[1] 2", "{a: 1}", "{\"a\":}", "\"\\u12\"",
    ])
  func mistakes(_ text: String) {
    let error = #expect(throws: KilnError.self) { try parsed(text) }
    #expect(error?.place?.hasPrefix("x.json") == true)
  }

  @Test(
    "what was read is written as it was, in its order",
    arguments: [
      #"{"b":1,"a":[true,false,null],"z":{"y":-2.5}}"#, #""支架 \"x\" \\ \n""#, "[]", "{}",
      "12345678901234", "9007199254740993", "0.1",
    ])
  func roundTrip(_ text: String) throws {
    #expect(String(decoding: try parsed(text).bytes, as: UTF8.self) == text)
  }

  @Test(
    "escapes are read wherever they stand in a text",
    arguments: [
      (#""\n""#, "\n"), (#""\\a""#, "\\a"), (#""a\"""#, "a\""), (#""a\tb\u00e9c""#, "a\tbéc"),
      (#""\\\\""#, "\\\\"), (#""""#, ""),
    ])
  func escapes(_ text: String, _ expected: String) throws {
    #expect(try parsed(text).text == expected)
  }

  @Test("a text is not closed by an escaped quotation mark")
  func openText() {
    for text in [#""a\""#, #""\"#] { #expect(throws: KilnError.self) { try parsed(text) } }
  }

  @Test("every character is written so that it reads back")
  func characters() throws {
    for number in 0..<0x100 as Range<UInt32> {
      guard let scalar = Unicode.Scalar(number) else { continue }
      let text = "a\(Character(scalar))支"
      var writer = JSONWriter()
      writer.string(text)
      let written = String(decoding: writer.bytes, as: UTF8.self)
      #expect(!written.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "U+\(number)")
      #expect(try parsed(written).text == text)
    }
  }

  @Test("endless nesting is refused")
  func nesting() {
    #expect(throws: KilnError.self) { try parsed(String(repeating: "[", count: 100_000)) }
  }

  private func parsed(_ text: String) throws(KilnError) -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), path: "x.json")
  }
}
