import Base
import JobModel
import Testing

@Suite("numbers and quantities as people write them")
struct QuantityTests {
  @Test(
    "numbers are read", arguments: [("1", 1), ("-2.5e3", -2500), (".5", 0.5), ("1.", 1), ("+3", 3)])
  func numbers(text: String, number: Double) { #expect(Quantity.number(text) == number) }

  @Test(
    "what only resembles a number is none",
    arguments: [
      "", "-", ".", "1e", "007", "0x10", "nan", "inf", ".inf", "1_000", "1e999", "1 ", "１",
    ])
  func noNumbers(text: String) { #expect(Quantity.number(text) == nil) }

  @Test("a quantity is a number, blanks and one word")
  func quantities() {
    #expect(Quantity.split("1.5 kN")?.number == 1.5)
    #expect(Quantity.split("1.5   kN")?.unit == "kN")
    #expect(Quantity.split("5 %")?.unit == "%")
    for text in ["1.5kN", "kN", "1", "1 kN now", "one kN", "1 2", ""] {
      #expect(Quantity.split(text) == nil, "\(text)")
    }
    #expect(Quantity.splitUnspaced("4GiB")?.unit == "GiB")
  }
}

@Suite("placeholders")
struct PlaceholderTests {
  private func scan(_ text: String) -> [Placeholder] { Placeholder.scan(Array(text.utf8)) }

  @Test("names and defaults are found in the order of the text, each once")
  func found() {
    #expect(
      scan("{b} {a=2} {b}") == [
        Placeholder(name: "b", standard: nil), Placeholder(name: "a", standard: "2"),
      ])
    #expect(scan("{载荷}") == [Placeholder(name: "载荷", standard: nil)])
  }

  @Test("a name has a default only if it has one wherever it appears")
  func defaults() {
    #expect(scan("{a=1} {a}") == [Placeholder(name: "a", standard: nil)])
    #expect(scan("{a} {a=1}") == [Placeholder(name: "a", standard: nil)])
  }

  @Test(
    "a brace that begins no placeholder is an ordinary character",
    arguments: [
      "{", "{}", "{1a}", "{a b}", "{a", "{a=1\n}", "{{", "} {", "{-a}", "{a.b}", "{a={1}",
    ])
  func ordinary(text: String) throws {
    #expect(scan(text).isEmpty)
    #expect(try Placeholder.fill(Array(text.utf8), with: ["a": "X"]) == Array(text.utf8))
  }

  @Test("a text full of unfinished placeholders is read in one pass")
  func unfinished() {
    // Read anew from every brace it would take a thousand million steps.
    #expect(scan(String(repeating: "{a=", count: 20_000)).isEmpty)
  }

  @Test("values replace placeholders, defaults fill in, the first open one is named")
  func fill() throws {
    let text = Array("{{a}} {b=2}{c}".utf8)
    let filled = try Placeholder.fill(text, with: ["a": "1", "c": "{a}"])
    #expect(String(decoding: filled, as: UTF8.self) == "{1} 2{a}")
    #expect(throws: UnfilledPlaceholder(name: "a")) { try Placeholder.fill(text, with: [:]) }
  }

  @Test("in arguments only known names are replaced, and never what a shell would read")
  func arguments() {
    let values = ["n": "7"]
    #expect(Placeholder.fillArgument("echo {n}{n} > {n}.txt", with: values) == "echo 77 > 7.txt")
    let shell = "awk '{print}' ${n} {m} {n=1}"
    #expect(Placeholder.fillArgument(shell, with: values) == shell)
    #expect(Placeholder.namesInArgument("{a} ${b} {c=1} {d}") == ["a", "d"])
  }
}

@Suite("file patterns")
struct FilePatternTests {
  @Test(
    "a pattern matches",
    arguments: [
      ("*.vtu", "a.vtu"), ("*", ""), ("a?c", "abc"), ("a*b*c", "aXbYbZc"),
      ("out/*.dat", "out/1.dat"),
      ("[a-c]1", "b1"), ("[!a]1", "b1"), ("[]a]", "]"), ("[", "["), ("**", "x"), ("支*", "支架"),
    ])
  func matches(pattern: String, name: String) { #expect(FilePattern(pattern).matches(name)) }

  @Test(
    "a pattern does not match",
    arguments: [
      ("*.vtu", "a.vtk"), ("*", "a/b"), ("a?c", "a/c"), ("out/*", "out/a/b"), ("[a-c]", "d"),
      ("[!a]", "a"), ("[!a]", "/"), ("", "a"), ("a", ""), ("*a", "b"),
    ])
  func differs(pattern: String, name: String) { #expect(!FilePattern(pattern).matches(name)) }

  @Test("many stars cost no more than few")
  func stars() {
    let pattern = String(repeating: "*a", count: 100) + "b"
    #expect(!FilePattern(pattern).matches(String(repeating: "a", count: 250)))
  }
}
