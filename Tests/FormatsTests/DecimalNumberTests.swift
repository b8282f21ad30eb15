import Base
import Glibc
import LinearAlgebra
import Testing

@testable import Formats

/// Our parser against the C library's, which is correctly rounded.
@Suite struct DecimalNumberTests {
  /// The value that our parser reads and how many bytes it takes.
  static func parse(_ text: String, mark: Character = ".") -> (Double, Int)? {
    let powers = Buffer(PowersOfFive.shared.words)
    let tens = Buffer(DecimalNumber.exactTens)
    let parser = DecimalNumber(
      powers: powers.view.reading, tens: tens.view.reading, mark: mark.asciiValue ?? 0)
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 16)
    return bytes.withView { view in
      var index = 0
      guard let value = parser.parse(view, &index) else { return nil }
      return (value, index)
    }
  }

  static func library(_ text: String) -> Double {
    // Sound: the text is lent as a terminated string.
    unsafe strtod(text, nil)
  }

  @Test(
    "a number is read as the C library reads it",
    arguments: [
      "0", "-0", "1", "+1", "1.", ".5", "-.5e1", "1e5", "1E-5", "1.5e+3",
      "123456789012345678901234567890",
      "0.1", "0.3", "2.2250738585072014e-308", "4.9e-324", "1.7976931348623157e308", "1e-400",
      "1e400",
      "9007199254740993", "9007199254740992.5", "9007199254740993.0000000000000000000001", "5e-324",
      "0.000000000000000000000000000000000000001234567890123456789", "1e23", "8.5e22", "1e22",
      "179769313486231580793728971405301e277", "7.2057594037927933e16", "12345678.87654321",
      "00000000000000000000000000000000001.5", "6.8e-28", "3.5844466002796428e+298", "1e55", "1e56",
      "1.448997445238699", "0.47777777777777779", "1000000000000.4", "2.4703282292062327e-324",
    ])
  func examples(text: String) throws {
    let (value, length) = try #require(Self.parse(text))
    #expect(value.bitPattern == Self.library(text).bitPattern)
    #expect(length == text.utf8.count)
  }

  @Test("what is no number is not read", arguments: ["", "-", "+", ".", "e5", "-.", "abc", ",5"])
  func noNumbers(text: String) { #expect(Self.parse(text) == nil) }

  @Test("an exponent without digits is left where it is")
  func noExponent() throws {
    #expect(try #require(Self.parse("12e")) == (12, 2))
    #expect(try #require(Self.parse("12e+x")) == (12, 2))
  }

  @Test("a decimal comma is read like a point")
  func comma() throws {
    #expect(try #require(Self.parse("-1234,5678e-2", mark: ",")) == (-12.345678, 13))
    #expect(
      try #require(Self.parse("123456789012345678901234567890,5", mark: ",")).0
        == 123456789012345678901234567890.5)
  }

  @Test("a million random numbers in many spellings are rounded as the C library rounds them")
  func random() {
    let seed = UInt64.random(in: 0 ... .max)
    var generator = SplitMix64(seed: seed)
    var wrong: [String] = []
    for round in 0..<1_000_000 {
      let text = Self.spelling(round, &generator)
      guard let (value, length) = Self.parse(text), length == text.utf8.count,
        value.bitPattern == Self.library(text).bitPattern
      else {
        wrong.append(text)
        continue
      }
    }
    let isRight = wrong.isEmpty
    #expect(isRight, "seed \(seed): \(wrong.prefix(5))")
  }

  private static func spelling(_ round: Int, _ generator: inout SplitMix64) -> String {
    let word = generator.next()
    switch round % 6 {
    case 0:
      // Any double, shortest digits.
      let value = Double(bitPattern: word)
      return value.isFinite ? "\(value)" : "1"
    case 1:
      // Usual sizes, 17 digits or so.
      return "\(Double.random(in: -1000...1000, using: &generator))"
    case 2:
      return "\(word)e\(Int.random(in: -60...60, using: &generator))"
    case 3:
      let digits = String(word % 1_000_000_000)
      return "\(Int64(bitPattern: word) >> 40).\(digits)"
    case 4:
      // Half way between two doubles of 53 bits, or one off.
      let odd = (word >> 10) | 1
      return "\(odd + UInt64(round % 3) - 1)"
    default:
      return "0.\(String(repeating: "0", count: Int(word % 30)))\(generator.next())"
    }
  }
}
