import Base
import Testing

@testable import CommandLine

@Suite("The width of a text on a terminal")
struct TextWidthTests {
  @Test(
    "counts two columns for wide characters and none for marks",
    arguments: [
      ("bracket", 7), ("支架", 4), ("支架-bracket", 12), ("한글", 4), ("ｶﾅ", 2), ("ＡＢ", 4),
      ("e\u{301}", 1), ("a\u{200D}b", 2), ("👷", 2), ("👨‍👩‍👧", 2), ("𠮷", 2), ("…░█", 3), ("", 0),
      ("naïve", 5), ("Ω", 1),
    ])
  func widths(_ text: String, _ width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test(
    "cuts without halving a character",
    arguments: [
      ("支架支架", 8, "支架支架"), ("支架支架", 7, "支架支…"), ("支架支架", 6, "支架…"), ("支架", 1, "…"),
      ("bracket", 4, "bra…"), ("x", 0, ""),
    ])
  func cuts(_ text: String, _ width: Int, _ cut: String) {
    #expect(truncated(text, to: width) == cut)
  }

  @Test("fills up to the width")
  func padding() {
    #expect(padded("支", to: 4) == "支  ")
    #expect(paddedLeft("支", to: 4) == "  支")
    #expect(padded("支架支", to: 4) == "支架支")
  }
}

@Suite("Text before a terminal")
struct EscapingTests {
  @Test(
    "has nothing that moves the cursor, changes colours, reorders or hides",
    arguments: [
      ("\u{1B}[31mred", "\\x1b[31mred"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
      ("bell\u{7}", "bell\\x07"),
      ("\u{7F}", "\\x7f"), ("\u{9B}31m", "\\x9b31m"), ("a\u{202E}txt.exe", "a\\u{202e}txt.exe"),
      ("zero\u{200B}width", "zero\\u{200b}width"), ("支架 bracket é", "支架 bracket é"),
      ("a\r\nb", "a\\r\\nb"),
    ])
  func hostile(_ text: String, _ safe: String) {
    #expect(escaped(text) == safe)
  }

  @Test("keeps lines and tabs of a log, and shows what is not UTF-8")
  func logs() {
    #expect(escapedLog(Array("a\tb\n\u{1B}[2Jc\n".utf8)) == "a\tb\n\\x1b[2Jc\n")
    #expect(escapedLog([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
    #expect(escapedLog(Array("50%\r100%\n".utf8)) == "50%\\r100%\n")
  }

  @Test("keeps a row of tab-separated output a row")
  func cells() {
    #expect(escapedCell("a\tb\nc\\d\r") == "a\\tb\\nc\\\\d\\r")
    #expect(escapedCell("支架") == "支架")
  }

  @Test("a log that is cut inside a character is joined again before a terminal")
  func cutCharacters() throws {
    let sink = MemorySink()
    let context = try CommandContext(
      Arguments(), surroundings: Surroundings(environment: ["HOME": "/h"], outputIsTerminal: true),
      out: sink, messages: MemorySink())
    let printer = LogPrinter(context, "stdout")
    for byte in Array("支架 é\n".utf8) { printer.write([byte]) }
    printer.finish()
    #expect(sink.text == "支架 é\n")
  }
}

@Suite("Numbers and times for eyes")
struct NumberTests {
  @Test(
    "have six digits at most",
    arguments: [
      (213.456789, "213.457"), (1.5, "1.5"), (0.000123456789, "0.000123457"),
      (1.23456789e-9, "1.23457e-9"), (6.02214076e23, "6.02214e23"), (1e-300, "1e-300"), (42, "42"),
      (-0.25, "-0.25"), (0, "0"), (123_456_789, "123456789"), (-2.5e-300, "-2.5e-300"),
      (.infinity, "inf"),
    ])
  func numbers(_ number: Double, _ text: String) {
    #expect(spell(number) == text)
  }

  @Test(
    "times are ISO 8601 in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
      (951_868_800_000, "2000-03-01T00:00:00.000Z"),
      (1_772_354_040_250, "2026-03-01T08:34:00.250Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
  func times(_ milliseconds: Int64, _ text: String) {
    #expect(iso8601(Timestamp(milliseconds: milliseconds)) == text)
  }

  @Test(
    "a clock has one form for each size",
    arguments: [
      (0.04, "0.0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (12, "12 s"), (187, "3:07"),
      (7509, "2:05:09"),
    ])
  func clocks(_ seconds: Double, _ text: String) {
    #expect(clock(Seconds(seconds)) == text)
  }

  @Test(
    "a curve follows its values, residuals by their decades",
    arguments: [
      ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"), ([1, 1e-2, 1e-4, 1e-6], "█▆▃▁"), ([3, 3, 3], ""),
      ([1], ""),
      ([0, 1, .nan, 2], "▁▅█"),
    ] as [([Double], String)])
  func curves(_ values: [Double], _ line: String) {
    #expect(sparkline(values, width: 16) == line)
  }
}
