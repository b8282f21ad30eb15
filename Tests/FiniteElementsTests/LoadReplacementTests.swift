import Testing

@testable import FiniteElements

/// Which loads of earlier cards and steps stay.
@Suite("loads that replace others") struct LoadReplacementTests {
  private static let heat = """
    *CONDUCTIVITY
    50.
    *ELASTIC
    200000., .3
    *EXPANSION
    1e-5
    *DENSITY
    2.
    """

  /// Steps on a cube whose mass is 2.
  private static func deck(_ steps: String...) throws -> Deck {
    let text = Decks.cube(steps.joined(separator: "\n*END STEP\n*STEP\n"), material: heat)
      .replacing("*STATIC\n", with: "", maxReplacements: 1)
      .replacing(
        "*STEP\n",
        with: """
          *PHYSICAL CONSTANTS, ABSOLUTE ZERO=-273., STEFAN BOLTZMANN=5.67e-11
          *INITIAL CONDITIONS, TYPE=TEMPERATURE
          NALL, 20.
          *STEP

          """, maxReplacements: 1)
    return try Decks.parse(text)
  }

  @Test("OP=NEW on a further card of a step takes away nothing that the step gave")
  func furtherCards() throws {
    let step = try #require(
      try Self.deck(
        """
        *STATIC
        *CLOAD
        5, 1, 3.
        *CLOAD, OP=NEW
        6, 1, 4.
        *DLOAD
        EALL, P1, 1.
        *DLOAD, OP=NEW
        EALL, P2, 1.
        *BOUNDARY
        7, 1, 1, 0.1
        *BOUNDARY, OP=NEW
        8, 1, 1, 0.1
        *TEMPERATURE
        5, 30.
        *TEMPERATURE, OP=NEW
        6, 40.
        """
      ).steps.first)
    #expect(step.forces.map(\.value).sorted() == [3, 4])
    #expect(step.distributed.count == 2)
    #expect(step.prescribed.count == 12 + 2)
    #expect(step.temperatures.count == 2)
  }

  @Test("OP=NEW on a further card of heat takes away nothing that the step gave")
  func furtherHeatCards() throws {
    let deck = try Self.deck(
      """
      *HEAT TRANSFER, STEADY STATE
      *CFLUX
      5, 11, 3.
      *CFLUX, OP=NEW
      6, 11, 4.
      *DFLUX
      EALL, S1, 1.
      *DFLUX, OP=NEW
      EALL, S2, 1.
      *FILM
      EALL, F3, 20., 1.
      *FILM, OP=NEW
      EALL, F4, 20., 1.
      *RADIATE
      EALL, R5, 20., 1.
      *RADIATE, OP=NEW
      EALL, R6, 20., 1.
      """)
    #expect(deck.steps[0].heatFlows.map(\.value).sorted() == [3, 4])
    #expect(deck.steps[0].heatLoads.count == 6)
    #expect(
      deck.notices.contains {
        $0.description.contains("*CFLUX: OP=NEW counts on the first such card of a step")
      })
  }

  @Test("OP=NEW on the first card of a step takes away what earlier steps gave")
  func firstCards() throws {
    let deck = try Self.deck(
      "*STATIC\n*CLOAD\n5, 1, 3.\n*DLOAD\nEALL, P1, 1.",
      "*STATIC\n*CLOAD, OP=NEW\n6, 1, 4.\n*CLOAD\n7, 1, 5.\n*DLOAD, OP=NEW")
    #expect(deck.steps[1].forces.map(\.value).sorted() == [4, 5])
    #expect(deck.steps[1].distributed.isEmpty)
  }

  @Test(
    "weight of a later step comes on top unless its direction and the name of its elements are the same",
    arguments: [
      ("EALL, GRAV, 3., 0., 0., -2.", SIMD3(0.0, 0, -6)),
      ("EALL, GRAV, 0., 0., 0., -1.", SIMD3(0.0, 0, 0)),
      ("EALL, GRAV, 3., 0., -1., 0.", SIMD3(0.0, -6, -2)),
      ("EALL, GRAV, 3., 0., 0., 1.", SIMD3(0.0, 0, 4)),
      ("1, GRAV, 3., 0., 0., -1.", SIMD3(0.0, 0, -8)),
    ])
  func weight(_ line: String, _ sum: SIMD3<Double>) throws {
    let deck = try Self.deck(
      "*STATIC\n*DLOAD\nEALL, GRAV, 1., 0., 0., -1.", "*STATIC\n*DLOAD\n\(line)")
    let forces = LoadVector(deck: deck).forces(of: deck.steps[1])
    for direction in 0..<3 {
      let total = stride(from: direction, to: forces.count, by: 3).reduce(0) { $0 + forces[$1] }
      #expect(abs(total - sum[direction]) < 1e-12)
    }
  }

  @Test("after *TEMPERATURE, OP=NEW nodes without a temperature are as warm as in the beginning")
  func temperatures() throws {
    let print = "*NODE PRINT, NSET=NALL\nNT"
    let deck = try Self.deck(
      "*STATIC\n*TEMPERATURE\nNALL, 100.\n\(print)",
      "*STATIC\n*TEMPERATURE, OP=NEW\nFOOT, 70.\n\(print)", "*STATIC\n\(print)")
    let dat = try Decks.solve(deck).dat
    let tables = dat.components(of: "temperatures")
    try #require(tables.count == 3)
    #expect(tables[0] == [100, 100, 100, 100, 100, 100, 100, 100])
    #expect(tables[1] == [70, 70, 70, 70, 20, 20, 20, 20])
    #expect(tables[2] == tables[1])
  }
}

extension String {
  /// The last numbers of the lines below each heading that begins with `title`.
  fileprivate func components(of title: String) -> [[Double]] {
    var tables: [[Double]] = []
    for line in split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.first.map(String.init) == title {
        tables.append([])
      } else if words.count == 2, let last = Double(words[1]), Int(words[0]) != nil, !tables.isEmpty
      {
        tables[tables.count - 1].append(last)
      }
    }
    return tables
  }

  /// Steps of a cube under loads, one for each text.
  private func steps(_ texts: [String], before: String) throws -> [Step] {
    try Decks.parse(
      Decks.cube(texts.joined(separator: "\n*END STEP\n*STEP\n*STATIC\n"))
        .replacing("*STEP\n*STATIC\n\(texts[0])", with: "\(before)*STEP\n*STATIC\n\(texts[0])")
    ).steps
  }

  @Test("OP=NEW of *DSLOAD and *DLOAD counts on whichever comes first")
  func surfaces() throws {
    let steps = try steps(
      ["*DSLOAD\nTOP, P, 1.\n*DLOAD, OP=NEW\n1, P3, 1.", "*DLOAD, OP=NEW\n*DSLOAD\nTOP, P, 2."],
      before: "*SURFACE, NAME=TOP\n1, S2\n")
    #expect(steps[0].distributed.count == 2)
    #expect(steps[1].distributed.map(\.kind) == [.pressure(face: 1)])
  }

  @Test("OP=NEW before the steps removes nothing that stands before it")
  func model() throws {
    let steps = try steps(["*CLOAD\n5, 1, 1."], before: "*BOUNDARY, OP=NEW\n5, 1, 1\n")
    #expect(steps[0].prescribed[0] == .value(0) && steps[0].prescribed[12] == .value(0))
  }
}
