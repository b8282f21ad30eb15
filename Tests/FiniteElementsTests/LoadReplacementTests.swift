import Testing

@testable import FiniteElements

@Suite("OP=NEW") struct LoadReplacementTests {
  /// Steps of a cube under loads, one for each text.
  private func steps(_ texts: [String], before: String = "") throws -> [Step] {
    try Decks.parse(
      Decks.cube(texts.joined(separator: "\n*END STEP\n*STEP\n*STATIC\n"))
        .replacing("*STEP\n*STATIC\n\(texts[0])", with: "\(before)*STEP\n*STATIC\n\(texts[0])")
    ).steps
  }

  @Test("removes what earlier steps brought, and nothing that its own step has given before")
  func onlyEarlier() throws {
    let steps = try steps([
      "*CLOAD\n5, 1, 1.\n*BOUNDARY\n5, 3, 3\n*DLOAD\n1, P2, 1.",
      """
      *CLOAD, OP=NEW
      6, 1, 2.
      *CLOAD, OP=NEW
      7, 1, 3.
      *BOUNDARY, OP=NEW
      FOOT, 1, 3
      *BOUNDARY, OP=NEW
      6, 3, 3
      *DLOAD, OP=NEW
      1, P3, 1.
      *DLOAD, OP=NEW
      1, P4, 1.
      """,
      "*CLOAD\n5, 2, 1.\n*CLOAD, OP=NEW\n8, 1, 4.",
    ])
    #expect(steps[1].forcesByFreedom == [15: 2, 18: 3])
    #expect(steps[1].prescribed[14] == nil)
    #expect(steps[1].prescribed[17] == .value(0) && steps[1].prescribed[0] == .value(0))
    #expect(steps[1].distributed.map(\.kind) == [.pressure(face: 2), .pressure(face: 3)])
    #expect(steps[2].forcesByFreedom == [13: 1, 15: 2, 18: 3, 21: 4])
  }

  @Test("of *DSLOAD and *DLOAD counts on whichever comes first")
  func surfaces() throws {
    let steps = try steps(
      ["*DSLOAD\nTOP, P, 1.\n*DLOAD, OP=NEW\n1, P3, 1.", "*DLOAD, OP=NEW\n*DSLOAD\nTOP, P, 2."],
      before: "*SURFACE, NAME=TOP\n1, S2\n")
    #expect(steps[0].distributed.count == 2)
    #expect(steps[1].distributed.map(\.kind) == [.pressure(face: 1)])
  }

  @Test("before the steps removes nothing that stands before it")
  func model() throws {
    let steps = try steps(["*CLOAD\n5, 1, 1."], before: "*BOUNDARY, OP=NEW\n5, 1, 1\n")
    #expect(steps[0].prescribed[0] == .value(0) && steps[0].prescribed[12] == .value(0))
  }

  @Test("of *TEMPERATURE takes all nodes back to their initial temperatures")
  func temperatures() throws {
    let text = Decks.cube(
      """
      *TEMPERATURE
      NALL, 110.
      *NODE PRINT, NSET=NALL
      U
      *END STEP
      *STEP
      *STATIC
      *TEMPERATURE, OP=NEW
      5, 10.
      """, material: "*ELASTIC\n210000., .3\n*EXPANSION\n1E-5"
    ).replacing(
      "*STEP\n*STATIC\n*TEMP",
      with: "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 10.\n*STEP\n*STATIC\n*TEMP")
    // Behind each title stand a line for each node: its number and three displacements.
    let sizes = try Decks.solve(Decks.parse(text)).dat.split(separator: "displacements").dropFirst()
      .map { block in
        block.split(separator: "\n").dropFirst().flatMap { line in
          line.split(separator: " ").dropFirst().compactMap { Double($0) }.map(abs)
        }.max() ?? 0
      }
    #expect(sizes.count == 2)
    #expect(sizes[0] > 1e-4 && sizes[1] == 0)
  }
}
