import Base
import Testing

@Suite("nearest words")
struct EditDistanceTests {
  @Test("the distance counts insertions, removals, replacements and swapped neighbours")
  func distance() {
    #expect(editDistance("", "") == 0)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("load", "laod") == 1)
    #expect(editDistance("ca", "abc") == 3)
    #expect(editDistance("厚度", "厚") == 1)
  }

  @Test("a mistyped word finds the nearest candidate, whatever its case")
  func nearestWord() {
    #expect(nearest(to: "thicknes", among: ["load", "thickness"]) == "thickness")
    #expect(nearest(to: "nmae", among: ["needs", "name"]) == "name")
    #expect(nearest(to: "KN", among: ["MN", "kN"]) == "kN")
  }

  @Test("a word that resembles nothing finds nothing")
  func noNearestWord() {
    #expect(nearest(to: "colour", among: ["load", "thickness"]) == nil)
    #expect(nearest(to: "c", among: ["a", "b"]) == nil)
    #expect(nearest(to: String(repeating: "a", count: 65), among: ["a"]) == nil)
  }
}
