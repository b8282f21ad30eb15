import Testing

@testable import FiniteElements

@Suite("reading structural elements") struct StructureReadingTests {
  static func plate(_ section: String, step: String = "*CLOAD\n3, 1, 1.") throws -> Deck {
    try StructureDecks.deck(
      nodes: [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], type: "S4", elements: [[1, 2, 3, 4]],
      section: section, boundary: "1, 1, 6", step: step)
  }

  @Test("new nodes are numbered behind those of the deck, three for each shell node")
  func numbers() throws {
    let deck = try Self.plate("*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.1")
    #expect(Array(deck.mesh.nodeLabels.prefix(16)) == Array(1...16))
    #expect(
      deck.mesh.nodes(of: 0).map { deck.mesh.nodeLabels[$0] } == [5, 8, 11, 14, 7, 10, 13, 16])
    #expect(deck.mesh.position(of: 4) == [0, 0, -0.05])
    #expect(deck.mesh.position(of: 6) == [0, 0, 0.05])
  }

  @Test("an offset moves the shell against its normal")
  func offset() throws {
    let deck = try Self.plate("*SHELL SECTION, ELSET=EALL, MATERIAL=EL, OFFSET=0.5\n0.1")
    #expect(abs(deck.mesh.position(of: 4).z + 0.1) < 1e-15)
    #expect(abs(deck.mesh.position(of: 6).z) < 1e-15)
  }

  @Test("nodal thicknesses count where the section asks for them")
  func nodalThickness() throws {
    let deck = try Self.plate(
      "*SHELL SECTION, ELSET=EALL, MATERIAL=EL, NODAL THICKNESS\n*NODAL THICKNESS\nNALL, 0.2\n2, 0.4"
    )
    #expect(abs(deck.mesh.position(of: 6).z - 0.1) < 1e-15)
    #expect(abs(deck.mesh.position(of: 9).z - 0.2) < 1e-15)
  }

  @Test("an edge load is a force per length")
  func edgeLoad() throws {
    let deck = try Self.plate(
      "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.1", step: "*DLOAD\n1, EDNOR2, 5.")
    let load = try #require(deck.steps[0].distributed.first)
    #expect(load.kind == .pressure(face: 3))
    #expect(abs(load.magnitude - 50) < 1e-12)
  }

  @Test("plane elements off their plane and axisymmetric ones beyond their axis are refused")
  func stray() {
    let problems = { (type: String, node: String) in
      Decks.problems(
        """
        *NODE
        1, 0, 0, 0
        2, 1, 0, 0
        \(node)
        *ELEMENT, TYPE=\(type), ELSET=EALL
        7, 1, 2, 3
        *MATERIAL, NAME=EL
        *ELASTIC
        1., 0.
        *SOLID SECTION, ELSET=EALL, MATERIAL=EL
        *STEP
        *STATIC
        *END STEP
        """)
    }
    #expect(
      problems("CPS3", "3, 0, 1, 0.5") == """
        cube.inp:5: CPS3 element 7 does not lie in z = 0: node 3 has z = 0.5
          fix: move the model into the plane z = 0, or make its elements shells
        """)
    #expect(
      problems("CAX3", "3, -1, 1, 0") == """
        cube.inp:5: CAX3 element 7 reaches over the axis: node 3 has x = -1.0
          fix: let the model turn about the y axis, and keep all x from 0 on
        """)
    #expect(problems("CAX3", "3, -1e-12, 1, 1e-12") == "")
    #expect(problems("CPE3", "3, -1, 1, 0") == "")
  }

  @Test("what a section lacks is said with the fix")
  func problems() {
    let beam = { (section: String) in
      Decks.problems(
        """
        *NODE
        1, 0, 0, 0
        2, 1, 0, 0
        *ELEMENT, TYPE=B31, ELSET=EALL
        1, 1, 2
        *MATERIAL, NAME=EL
        *ELASTIC
        1., 0.
        *BEAM SECTION, ELSET=EALL, MATERIAL=EL, SECTION=\(section)
        *STEP
        *STATIC
        *END STEP

        """)
    }
    #expect(
      beam("ARBITRARY\n1., 1.") == """
        cube.inp:9: *BEAM SECTION: SECTION=ARBITRARY is not supported
          fix: use RECT, CIRC, PIPE or BOX
        cube.inp:4: 1 shells, membranes, beams or trusses have no thickness, the first is 1
          fix: add a section with a thickness for their element set
        """)
    #expect(
      beam("CIRC\n0.1").hasPrefix(
        "cube.inp:9: a round section needs quadratic beam elements\n  fix: use B32 or B32R"))
  }

  @Test("integration rules of beam sections have the section's area and second moments")
  func sectionRules() {
    let pipe = SectionQuadrature.pipe(ratio: 0.5).points
    let area = pipe.reduce(0) { $0 + $1.weight }
    #expect(abs(area - 2 * .pi * 0.75) < 1e-13)
    let second = pipe.reduce(0) { $0 + $1.weight * $1.position.y * $1.position.y }
    #expect(abs(second - 2 * .pi / 4 * (1 - 0.0625)) < 1e-13)
    let box = BoxSection(width: 2, height: 2, walls: [0.1, 0.2, 0.3, 0.4])
    // Walls meet in the middle of their thickness: sum of thickness times middle line, times two
    // stations.
    let walls = SectionQuadrature.box(box).points.reduce(0) { $0 + $1.weight }
    #expect(abs(walls - 2 * (0.4 * (2 - 0.3) + 0.6 * (2 - 0.2))) < 1e-12)
    let block = SectionQuadrature.rectangle
    for (power, exact) in [(0, 8.0), (2, 8.0 / 3), (4, 8.0 / 5)] {
      let sum = block.reduce(0.0) { sum, point in
        sum + point.weight * (0..<power).reduce(1.0) { product, _ in product * point.position.z }
      }
      #expect(abs(sum - exact) < 1e-13)
    }
  }
}
