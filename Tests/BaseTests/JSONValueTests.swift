import Base
import Testing

@Suite("JSON that is read")
struct JSONValueTests {
  @Test("Every kind of value is read, and what the writer writes")
  func reads() throws {
    let text = #" {"a": [1, -2.5e3, true, null], "b\n": "x\"\\\u00e9\ud83d\ude00 铁", "c": {}} "#
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(value["a"] == .array([.number(1), .number(-2500), .boolean(true), .null]))
    #expect(value["b\n"] == .string("x\"\\é😀 铁"))
    #expect(value["c"] == .object([:]))
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("t")
    writer.string("tab\t \"quoted\" \u{1}")
    writer.endObject()
    #expect(try JSONValue(parsing: writer.bytes)["t"] == .string("tab\t \"quoted\" \u{1}"))
  }

  @Test(
    "What is not JSON is an error with its place",
    arguments: ["", "{", "[1,", "{\"a\" 1}", "nul", "\"a", "[1] 2", "{a: 1}", "1e999", "\"\\u12\""])
  func mistakes(text: String) {
    #expect(throws: KilnError.self) { try JSONValue(parsing: Array(text.utf8)) }
  }

  @Test("Endless nesting is refused")
  func nesting() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: KilnError.self) { try JSONValue(parsing: Array(text.utf8)) }
  }
}
