import Catalogue
import JobFiles
import Testing

@Suite("outlines of decks") struct DeckOutlineTests {
  private static let deck = """
    ** A comment
    *node, nset=ALL
    1, 0, 0, 0
    2, 10., 0, 0
    3, 10., 5., 0
    4, 0, 5., 2.
    *ELEMENT, TYPE = C3D20R
    1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    16, 17, 18, 19, 20
    2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    *Node Print, NSET=ALL
    U
    *STEP
    *HEAT TRANSFER, DIRECT
    0.5, 32.
    *END STEP
    *STEP
    *FREQUENCY
    10
    *END STEP
    """

  @Test("an outline counts nodes, elements across lines, procedures and what they ask for")
  func counts() {
    let outline = DeckOutline(scanning: Array(Self.deck.utf8))
    #expect(outline.nodes == 4)
    #expect(outline.elements == ["C3D20R": 2])
    #expect(outline.procedures.map(\.name) == ["HEATTRANSFER", "FREQUENCY"])
    #expect(outline.procedures.map(\.count) == [64, 10])
    #expect(outline.shape.sides == [10, 5, 2])
    #expect(!outline.hasConstraints)
  }

  @Test("outlines of a deck and of what it includes add up")
  func sum() {
    let one = DeckOutline(scanning: Array(Self.deck.utf8))
    let two = one + DeckOutline(scanning: Array("*EQUATION\n2\n1,1,1.,2,1,-1.\n".utf8))
    #expect(two.nodes == 4)
    #expect(two.hasConstraints)
    #expect((one + one).elements == ["C3D20R": 4])
  }

  @Test("a body that fills its box and one that fills a part of it are told apart")
  func fill() {
    func outline(_ isKept: (Int, Int, Int) -> Bool) -> DeckOutline {
      var lines = "*NODE\n"
      for x in 0...20 {
        for y in 0...20 {
          for z in 0...20 where isKept(x, y, z) { lines += "1, \(x), \(y), \(z)\n" }
        }
      }
      return DeckOutline(scanning: Array(lines.utf8))
    }
    #expect(outline { _, _, _ in true }.shape.fill > 0.9)
    let angle = outline { x, _, z in x < 3 || z < 3 }.shape
    #expect(angle.fill < 0.4)
    // One of its plates, of 3 × 21 nodes and a half of the body, beside the whole section of 21 × 21.
    #expect(angle.cut < outline { _, _, _ in true }.shape.cut)
  }

  /// A block of bricks with 27 783 nodes, 62 × 20 × `thickness`.
  private static func estimate(
    _ procedure: String, solver: String = "auto", type: String = "C3D8", thickness: Double = 20
  ) -> Estimate {
    var lines = ["*NODE"]
    for x in 0...62 {
      for y in 0...20 {
        for z in 0...20 {
          lines.append("\(lines.count), \(x), \(y), \(thickness * Double(z) / 20)")
        }
      }
    }
    lines.append("*ELEMENT, TYPE=\(type)")
    lines += (1...24_800).map { "\($0), 1, 2, 3, 4, 5, 6, 7, 8" }
    lines += ["*STEP", procedure, "*END STEP", ""]
    let outline = DeckOutline(scanning: Array(lines.joined(separator: "\n").utf8))
    return KernelDeclaration.feSolve.estimate(
      EstimateFacts(
        parameters: ["solver": .text(solver)], inputSizes: [:], outlines: ["deck": outline],
        cpus: 2))
  }

  @Test("what is asked for of the solver counts in the estimate, the job's wish before the card's")
  func solver() {
    let free = Self.estimate("*STATIC")
    let direct = Self.estimate("*STATIC", solver: "direct")
    #expect(direct.memory.bytes > 2 * free.memory.bytes && direct.seconds > free.seconds)
    #expect(Self.estimate("*STATIC, SOLVER=PARDISO") == direct)
    #expect(Self.estimate("*STATIC, SOLVER=ITERATIVE SCALING") == free)
    #expect(Self.estimate("*STATIC, SOLVER=PARDISO", solver: "iterative") == free)
    #expect(Self.estimate("*STATIC, SOLVER=ITERATIVE SCALING", solver: "direct") == direct)
    let heat = Self.estimate("*HEAT TRANSFER, STEADY STATE")
    #expect(heat == Self.estimate("*HEAT TRANSFER, STEADY STATE", solver: "direct"))
    #expect(heat != Self.estimate("*HEAT TRANSFER, STEADY STATE", solver: "iterative"))
  }

  @Test(
    "nine equations more for each element with inner modes count where those are unknowns",
    arguments: [("*FREQUENCY", true), ("*BUCKLE", true), ("*DYNAMIC", true), ("*STATIC", false)])
  func innerModes(_ procedure: String, _ areUnknowns: Bool) {
    let with = Self.estimate(procedure, solver: "direct", type: "C3D8I")
    let without = Self.estimate(procedure, solver: "direct", type: "C3D8")
    // At least the matrices of 24 800 elements: two of 9 · 9 / 2 + 9 · 24 numbers each.
    let more = with.memory.bytes - without.memory.bytes
    #expect(areUnknowns ? more > 24_800 * 2 * 256 * 8 : more == 0)
  }

  @Test("a plate, and elements with inner modes, are expected to be factorised")
  func factorised() {
    #expect(
      Self.estimate("*STATIC", thickness: 0.3)
        == Self.estimate("*STATIC", solver: "direct", thickness: 0.3))
    #expect(
      Self.estimate("*STATIC", thickness: 20)
        != Self.estimate("*STATIC", solver: "direct", thickness: 20))
    #expect(
      Self.estimate("*STATIC", type: "C3D8I")
        == Self.estimate("*STATIC", solver: "direct", type: "C3D8I"))
  }
}
