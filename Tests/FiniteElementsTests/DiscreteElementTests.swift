import Testing

@testable import FiniteElements

@Suite("Springs and point masses")
struct DiscreteElementTests {
  private static let cube = BarDeck(cells: [1, 1, 1], size: [1, 1, 1])

  private static func deck(_ model: String, _ step: String) -> String {
    cube.mesh + "*NODE\n101, 0., 0., -2.\n102, 1., 0., -2.\n103, 1., 1., -2.\n104, 0., 1., -2.\n"
      + BarDeck.set("FOOT", cube.nodes { $0.z == 0 }) + BarDeck.set("TOP", cube.nodes { $0.z == 1 })
      + BarDeck.set("GROUND", [101, 102, 103, 104]) + BarDeck.material(poisson: 0)
      + "*BOUNDARY\nFOOT, 1, 2\nGROUND, 1, 3\n" + model + "*STEP\n*STATIC\n" + step + "*END STEP\n"
  }

  /// The corners of the cube's foot stand on four springs of 50; loads of 5 push on each.
  @Test(
    "a block on springs sinks by force over stiffness",
    arguments: [
      "*ELEMENT, TYPE=SPRINGA, ELSET=SP\n11, 1, 101\n12, 2, 102\n13, 4, 103\n14, 3, 104\n"
        + "*SPRING, ELSET=SP\n\n50.\n",
      "*ELEMENT, TYPE=SPRING1, ELSET=SP\n11, 1\n12, 2\n13, 4\n14, 3\n*SPRING, ELSET=SP\n3\n50.\n",
      "*ELEMENT, TYPE=SPRING2, ELSET=SP\n11, 1, 101\n12, 2, 102\n13, 4, 103\n14, 3, 104\n"
        + "*SPRING, ELSET=SP\n3, 3\n50.\n",
    ])
  func springs(_ model: String) throws {
    let (frame, deck) = try BarDeck.solve(Self.deck(model, "*CLOAD\nTOP, 3, -5.\n"))
    for node in 1...4 { #expect(abs(frame.displacement(node, deck).z + 0.1) < 1e-12) }
    // The block itself: stress 20 over E = 1000.
    for node in 5...8 { #expect(abs(frame.displacement(node, deck).z + 0.12) < 1e-12) }
    if !model.contains("SPRING1") {
      for node in 101...104 { #expect(abs(frame.force(node, deck).z - 5) < 1e-9) }
    }
  }

  @Test("weight and centrifugal force act on point masses")
  func masses() throws {
    let text = Self.deck(
      "*ELEMENT, TYPE=MASS, ELSET=MA\n21, 5\n22, 6\n23, 7\n24, 8\n*MASS, ELSET=MA\n2.\n"
        + "*BOUNDARY\nFOOT, 3, 3\n",
      "*DLOAD\nMA, GRAV, 10., 0., 0., -1.\n")
    let (frame, deck) = try BarDeck.solve(text)
    for node in 1...4 { #expect(abs(frame.force(node, deck).z - 20) < 1e-9) }
    let turning = try Decks.parse(
      text.replacing("GRAV, 10., 0., 0., -1.", with: "CENTRIF, 9., 0., 0., 0., 0., 0., 1."))
    let forces = LoadVector(deck: turning).forces(of: turning.steps[0])
    // Node 8 at (1, 1, 1): 2 times 9 times its distance from the z axis.
    #expect(Array(forces[21..<24]) == [18, 18, 0])
  }

  @Test("springs and masses have their energy, mass and place in the prints of their sets")
  func prints() throws {
    let model =
      "*ELEMENT, TYPE=SPRINGA, ELSET=SP\n11, 1, 101\n12, 2, 102\n13, 4, 103\n14, 3, 104\n"
      + "*SPRING, ELSET=SP\n\n50.\n*ELEMENT, TYPE=MASS, ELSET=MA\n9, 6\n*MASS, ELSET=MA\n2.\n"
      + "*ELSET, ELSET=ALL\nMA, SP, EALL\n"
    let step =
      "*CLOAD\nTOP, 3, -5.\n*EL PRINT, ELSET=ALL, TOTALS=YES\nELSE, EVOL\n"
      + "*EL PRINT, ELSET=MA, TOTALS=ONLY\nEMAS\n*EL PRINT, ELSET=MA\nELKE\n"
    let dat = try Decks.solve(Decks.parse(Self.deck(model, step))).dat
    let blocks = dat.split(separator: " for set ").dropFirst().map { block in
      block.split(separator: "\n").dropFirst().map { line in
        line.split(separator: " ").compactMap { Double($0) }
      }.filter { !$0.isEmpty }
    }
    // Each spring yields by 0.1, the block by 0.02 more under a load of 20.
    let energies = [[1, 0.2], [9, 0], [11, 0.25], [12, 0.25], [13, 0.25], [14, 0.25]]
    #expect(blocks[0] == energies)
    #expect(blocks[1] == [[1.2]])
    #expect(blocks[2] == energies.map { [$0[0], $0[0] == 1 ? 1 : 0] })
    #expect(blocks[3] == [[1]])
    // A mass of 2 at (1, 0, 1): second moments xx yy zz xy xz yz, centre, the same about it.
    #expect(blocks[4] == [[2]])
    #expect(blocks[5] == [[2, 0, 2, 0, 2, 0]])
    #expect(blocks[6] == [[1, 0, 1]])
    #expect(blocks[7] == [[0, 0, 0, 0, 0, 0]])
    #expect(blocks[8] == [[9, 0]])
  }

  @Test("an element without its constant, and a set without such elements, are named")
  func missing() {
    let deck = Self.deck(
      "*ELEMENT, TYPE=SPRINGA, ELSET=SP\n11, 1, 101\n*MASS, ELSET=SP\n1.\n", "")
    let line =
      deck.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.hasPrefix("11, 1, 101") } ?? 0
    #expect(
      Decks.problems(deck) == """
        cube.inp:\(line + 2): set SP has no element of *MASS
          fix: use MASS
        cube.inp:\(line + 1): element 11 has no constant
          fix: add *SPRING with a set that it belongs to
        """)
  }

  @Test("parts that a spring or a tie joins to held ones are not free, others are named")
  func freeParts() throws {
    let held = BarDeck(cells: [1, 1, 1], size: [1, 1, 1])
    let loose = BarDeck(cells: [1, 1, 1], size: [1, 1, 1], origin: [1, 0, 0], offset: 100)
    let model =
      held.mesh + loose.mesh + BarDeck.set("FOOT", held.nodes { $0.x == 0 }) + BarDeck.material()
      + BarDeck.surface("A", [101], "S6") + BarDeck.surface("B", [1], "S4")
    let step = "*BOUNDARY\nFOOT, 1, 3\n*STEP\n*STATIC\n*CLOAD\n106, 2, 1.\n*END STEP\n"
    _ = try BarDeck.solve(model + "*TIE, NAME=T\nA, B\n" + step)
    let sprung =
      model + "*ELEMENT, TYPE=SPRING1, ELSET=SP\n501, 101\n502, 102\n*SPRING, ELSET=SP\n2\n5.\n"
    let error = #expect(throws: AnalysisError.self) { _ = try BarDeck.solve(sprung + step) }
    #expect(error?.description.hasPrefix("the model can move freely near node 101 ") == true)
    let rigid =
      model + "*TIE, NAME=T\nA, B\n*NODE\n900, 5., 0., 0.\n*EQUATION\n2\n106, 2, 1., 900, 2, -1.\n"
    _ = try BarDeck.solve(rigid + step)
  }
}
