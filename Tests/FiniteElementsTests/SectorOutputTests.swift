import Testing

@testable import FiniteElements

@Suite("sectors in result files") struct SectorOutputTests {
  /// A quarter of a ring of one cell, numbers 1 to 8, pulled outwards.
  private static func ring(shown: Int) throws -> [[String: [Int: [Double]]]] {
    let text = """
      *NODE, NSET=NALL
      1, 1, 0, 0
      2, 2, 0, 0
      3, 0, 2, 0
      4, 0, 1, 0
      5, 1, 0, 1
      6, 2, 0, 1
      7, 0, 2, 1
      8, 0, 1, 1
      *ELEMENT, TYPE=C3D8, ELSET=EALL
      1, 1, 2, 3, 4, 5, 6, 7, 8
      *MATERIAL, NAME=M
      *ELASTIC
      1000., .3
      *DENSITY
      1.
      *SOLID SECTION, ELSET=EALL, MATERIAL=M
      *SURFACE, NAME=L, TYPE=NODE
      3
      4
      7
      8
      *SURFACE, NAME=R, TYPE=NODE
      1
      2
      5
      6
      *TIE, NAME=T, CYCLIC SYMMETRY
      L, R
      *CYCLIC SYMMETRY MODEL, N=4, NGRAPH=\(shown)
      0., 0., 0., 0., 0., 1.
      *BOUNDARY
      1, 2, 3
      *STEP
      *STATIC
      *CLOAD
      2, 1, 1.
      6, 1, 2.
      6, 3, 1.
      *NODE FILE
      U
      *EL FILE
      S
      *END STEP

      """
    var blocks: [[String: [Int: [Double]]]] = []
    var name = "nodes"
    var rows: [Int: [Double]] = [:]
    for line in try Decks.solve(Decks.parse(text)).frd.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix(" -4") { name = String(words[1]) }
      if line.hasPrefix("    3C") { name = "elements" }
      if line.hasPrefix(" -1") {
        let (label, numbers) = (line.utf8.dropFirst(3).prefix(10), Array(line.utf8.dropFirst(13)))
        let text = String(decoding: label, as: UTF8.self).filter { $0 != " " }
        rows[Int(text) ?? 0] = stride(from: 0, to: numbers.count - 11, by: 12).compactMap {
          Double(String(decoding: numbers[$0..<($0 + 12)], as: UTF8.self).filter { $0 != " " })
        }
      }
      if line.hasPrefix(" -3") {
        blocks.append([name: rows])
        rows = [:]
      }
    }
    return blocks
  }

  @Test("are as many as NGRAPH says, the further ones turned about the axis")
  func turned() throws {
    let one = try Self.ring(shown: 1)
    let all = try Self.ring(shown: 4)
    #expect(all.map(\.keys.first) == one.map(\.keys.first))
    let (places, elements) = (try #require(all[0]["nodes"]), try #require(all[1]["elements"]))
    #expect(elements.keys.sorted() == [1, 2, 3, 4])
    #expect(places.count == 32)
    let moves = try #require(all.compactMap { $0["DISP"] }.first)
    let stresses = try #require(all.compactMap { $0["STRESS"] }.first)
    #expect(try #require(one.compactMap { $0["DISP"] }.first).allSatisfy { moves[$0] == $1 })
    let rounding = 1e-5
    for node in 1...8 {
      for copy in 1..<4 {
        let (before, after) = (node + 8 * (copy - 1), node + 8 * copy)
        // A quarter turn takes (x, y) to (-y, x).
        for vectors in [places, moves] {
          let (a, b) = (try #require(vectors[before]), try #require(vectors[after]))
          let size = a.map(abs).max() ?? 0
          #expect(abs(b[0] + a[1]) <= rounding * size && abs(b[1] - a[0]) <= rounding * size)
          #expect(abs(b[2] - a[2]) <= rounding * size)
        }
        // xx, yy, zz, xy, yz, zx.
        let (a, b) = (try #require(stresses[before]), try #require(stresses[after]))
        let expected = [a[1], a[0], a[2], -a[3], a[5], -a[4]]
        let size = a.map(abs).max() ?? 0
        for (u, v) in zip(b, expected) { #expect(abs(u - v) <= rounding * size) }
      }
    }
  }
}
