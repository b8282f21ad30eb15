import LinearAlgebra
import Testing

@testable import FiniteElements

@Suite("reading large meshes") struct MeshReadingTests {
  @Test("numbers of up to nineteen digits are read to the last bit", arguments: 1...19)
  func numbers(_ digits: Int) {
    var generator = Generator(state: UInt64(digits))
    for _ in 0..<300 {
      let text = Self.number(digits, &generator)
      let bytes = Array(text.utf8)
      let exact = Double(text.replacing("D", with: "E"))
      #expect(NumberParsing.real(bytes, 0..<bytes.count) == exact, "\(text)")
      let scanned = bytes.withView { view in
        var numbers = NumberScanner(view, 0..<bytes.count)
        return numbers.real()
      }
      // What is not simple is left to the other reader.
      #expect(scanned == exact || scanned.isNaN, "\(text)")
    }
  }

  @Test(
    "lines that are not plain are read as well",
    arguments: [
      "1, 0, 0, 0\n2, 1, 0, 0\n3, 1, 1, 0\n4, 0, 0, 1",
      "1\n2, 1.\n** comment\n3, 1, +1.\n\n4, 0, 0, 1",
      "  4 ,0,\t0, 10.D-1\r\n1, , , \r\n2, 1,\r\n3, 1., 1, 0,\r",
      "4, 9, 9, 9\n3, 1, 1\n2, 1\n1\n4, 0, 0, 1",
    ])
  func nodes(_ lines: String) throws {
    let mesh = try Decks.parse(Self.tetrahedron(lines)).mesh
    #expect(mesh.nodeLabels == [1, 2, 3, 4])
    #expect(mesh.coordinates == [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1])
  }

  @Test(
    "an element may run over several lines",
    arguments: [
      "7, 1, 2, 3, 4", "7, 1, 2,\n3, 4", "7,\n1, 2, 3,\n4,", "7, 1, 2\n3, 4",
      "7, 1,\n** comment\n2, 3, 4",
      "7, 1, +2, 3, 4",
    ])
  func elements(_ line: String) throws {
    let nodes = "1, 0, 0, 0\n2, 1, 0, 0\n3, 1, 1, 0\n4, 0, 0, 1"
    let mesh = try Decks.parse(Self.tetrahedron(nodes, element: line)).mesh
    #expect(mesh.elementLabels == [7])
    #expect(mesh.connectivity == [0, 1, 2, 3])
  }

  @Test("labels may come in any order")
  func order() {
    var generator = Generator(state: 7)
    let labels = (1...5000).map { $0 * 1009 }.shuffled(using: &generator)
    let order = LabelOrder.stable(labels)
    #expect(order.map { labels[$0] } == labels.sorted())
    #expect(LabelOrder.isAscending(labels.sorted()))
    #expect(!LabelOrder.isAscending([1, 1]))
    #expect(LabelOrder.stable([3, 1, 3, 1]) == [1, 3, 0, 2])
  }

  @Test("a node set may be the nodes of elements")
  func nodesOfElements() throws {
    let nodes = "1, 0, 0, 0\n2, 1, 0, 0\n3, 1, 1, 0\n4, 0, 0, 1\n5, 3, 3, 3"
    let text = Self.tetrahedron(nodes).replacing(
      "*STEP\n*STATIC", with: "*NSET, NSET=N, ELSET=E\n*STEP\n*STATIC\n*NODE PRINT, NSET=N\nU")
    let step = try #require(try Decks.parse(text).steps.first)
    #expect(step.nodePrints.map(\.nodes) == [[0, 1, 2, 3]])
  }

  @Test("an element that is defined twice is named with its line")
  func twice() {
    let nodes = "1, 0, 0, 0\n2, 1, 0, 0\n3, 1, 1, 0\n4, 0, 0, 1"
    let problems = Decks.problems(Self.tetrahedron(nodes, element: "7, 1, 2, 3, 4\n7, 1, 2, 3, 4"))
    #expect(
      problems.hasPrefix(
        """
        cube.inp:8: element 7 is defined twice
          fix: give each element a number of its own
        """))
  }

  private static func tetrahedron(_ nodes: String, element: String = "7, 1, 2, 3, 4") -> String {
    """
    *NODE
    \(nodes)
    *ELEMENT, TYPE=C3D4, ELSET=E
    \(element)
    *MATERIAL, NAME=M
    *ELASTIC
    1., .3
    *SOLID SECTION, ELSET=E, MATERIAL=M
    *STEP
    *STATIC
    *END STEP
    """
  }

  private static func number(_ digits: Int, _ generator: inout Generator) -> String {
    var text = Bool.random(using: &generator) ? "-" : ""
    let point = Int.random(in: 0...digits, using: &generator)
    for place in 0..<digits {
      if place == point { text += "." }
      text += String(Int.random(in: 0...9, using: &generator))
    }
    if Bool.random(using: &generator) {
      text += (Bool.random(using: &generator) ? "E" : "D")
      text += String(Int.random(in: -25...25, using: &generator))
    }
    return text
  }
}

/// Numbers that look random and are the same in each run [Vigna 2015, splitmix64].
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
