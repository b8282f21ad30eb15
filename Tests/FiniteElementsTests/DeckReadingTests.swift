import Testing

@testable import FiniteElements

@Suite("reading a deck") struct DeckReadingTests {
  @Test(
    "numbers are read as Fortran reads them",
    arguments: [
      ("1", 1.0), ("-.5", -0.5), ("1.e-3", 1e-3), ("2D5", 2e5), ("1.5-3", 1.5e-3),
      ("7.85E-9", 7.85e-9),
      ("0.1234567890123456789", 0.1234567890123456789), ("1e-300", 1e-300), ("+3.", 3),
    ])
  func numbers(_ text: String, _ value: Double) {
    let bytes = Array(text.utf8)
    #expect(NumberParsing.real(bytes, 0..<bytes.count) == value)
  }

  @Test(
    "what is not a number is not read as one",
    arguments: ["", "a", "1a", "1e", ".", "1.2.3", "1e400"])
  func notNumbers(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(NumberParsing.real(bytes, 0..<bytes.count) == nil)
  }

  @Test("case, blanks, comments, continued lines and DOS line ends do not matter")
  func layout() throws {
    let tidy = try Decks.parse(Decks.cube("*CLOAD\nFOOT, 2, 3."))
    let untidy = try Decks.parse(
      Decks.cube("*cload\n** a comment\n  Foot ,\t2 , 3.D0\n\n")
        .replacing("1, 1, 2, 3, 4, 5, 6, 7, 8", with: "1, 1, 2, 3,\n 4, 5, 6,\n7, 8")
        .replacing("*SOLID SECTION, ELSET=EALL,", with: "*Solid Section, elset = eall,\n")
        .replacing("\n", with: "\r\n"))
    #expect(tidy.steps[0].forcesByFreedom == untidy.steps[0].forcesByFreedom)
    #expect(tidy.mesh.connectivity == untidy.mesh.connectivity)
  }

  @Test("sets may be generated, named by others, and keep their order")
  func sets() throws {
    let deck = try Decks.parse(
      Decks.cube(
        """
        *NSET, NSET=ODD, GENERATE
        1, 7, 2
        *NSET, NSET=SOME
        8, ODD, 2
        *NODE PRINT, NSET=SOME
        U
        """))
    #expect(
      deck.steps[0].nodePrints[0].nodes.map { deck.mesh.nodeLabels[$0] } == [8, 1, 3, 5, 7, 2])
  }

  @Test("a generated set takes the members that exist, however far its range goes")
  func generated() throws {
    let deck = try Decks.parse(
      Decks.cube(
        "*NSET, NSET=ALL, GENERATE\n2, 900000000000000000, 3\n*NODE PRINT, NSET=ALL\nU"))
    #expect(deck.steps[0].nodePrints[0].nodes.map { deck.mesh.nodeLabels[$0] } == [2, 5, 8])
  }

  @Test("quotes around names, a byte order mark and shortened systems of axes do not matter")
  func writers() throws {
    let quoted = Decks.cube("*CLOAD\n\"foot\", 2, 3.")
      .replacing("NSET=FOOT", with: "NSET=\"Foot\"")
      .replacing(
        "*SOLID SECTION",
        with: "*ORIENTATION, NAME=AXES, SYSTEM=C\n0, 0, 0, 0, 0, 1\n*SOLID SECTION"
      )
      .replacing("MATERIAL=STEEL\n*B", with: "MATERIAL=STEEL, ORIENTATION=AXES\n*B")
    let marked = try Deck.parse(name: "cube.inp", text: [0xEF, 0xBB, 0xBF] + Array(quoted.utf8)) {
      _ in []
    }
    #expect(marked.mesh.nodeCount == 8)
    #expect(marked.steps[0].forcesByFreedom == [1: 3, 4: 3, 7: 3, 10: 3])
    #expect(marked.sections[0].orientation?.isUniform == false)
  }

  @Test("a coordinate that *ORIENTATION leaves out is zero")
  func shortOrientation() throws {
    let axes = { (line: String) in
      try Decks.parse(
        Decks.cube("").replacing(
          "*SOLID SECTION, ELSET=EALL",
          with: "*ORIENTATION, NAME=AXES\n\(line)\n*SOLID SECTION, ELSET=EALL, ORIENTATION=AXES")
      ).sections[0].orientation?.axes(at: .zero)
    }
    #expect(try axes("1, , , 0, 1") == axes("1., 0., 0., 0., 1., 0."))
  }

  @Test("numbers without a node or element are left out of sets, with a notice")
  func missingMembers() throws {
    let deck = try Decks.parse(
      Decks.cube("*NSET, NSET=SOME\n8, 77, 2\n78\n*ELSET, ELSET=E\n9, 1\n*CLOAD\nSOME, 1, 1."))
    #expect(deck.steps[0].forcesByFreedom == [21: 1, 3: 1])
    #expect(
      deck.notices.map(\.description) == [
        "cube.inp:26: set SOME: node 77 and 1 more do not exist; left out",
        "cube.inp:29: set E: element 9 does not exist; left out",
      ])
  }

  @Test("amplitudes, surfaces and systems of axes may be defined inside a step")
  func insideStep() throws {
    let deck = try Decks.parse(
      Decks.cube(
        """
        *AMPLITUDE, NAME=HALF
        0., 0., 1., 0.5
        *SURFACE, NAME=TOP
        1, S2
        *CLOAD, AMPLITUDE=HALF
        5, 1, 4.
        *DSLOAD
        TOP, P, 1.
        """))
    #expect(deck.steps[0].forcesByFreedom == [12: 2])
    #expect(deck.steps[0].distributed.count == 1)
  }

  @Test("a wish for restart files is passed over; to start from one is refused")
  func restart() throws {
    let deck = try Decks.parse(Decks.cube("*RESTART, WRITE, FREQUENCY=1"))
    #expect(
      deck.notices.map(\.description) == [
        "cube.inp:26: *RESTART: no restart file is written; passed over"
      ])
    #expect(Decks.problems(Decks.cube("*RESTART, READ")).hasPrefix("cube.inp:26: *RESTART is not"))
  }

  @Test("an included file continues the card that it follows")
  func include() throws {
    let text = Decks.cube("*CLOAD\n*INCLUDE, INPUT=Sub/loads.inc\n6, 1, 2.")
    let deck = try Decks.parse(text, files: ["Sub/loads.inc": "5, 1, 1.\n"])
    #expect(deck.steps[0].forcesByFreedom == [12: 1, 15: 2])
  }

  @Test("placeholders are filled in the deck and what it includes, defaults where none is given")
  func placeholders() throws {
    let text = Decks.cube("*CLOAD\n5, 1, {load=7}\n** {not one}\n*INCLUDE, INPUT=more.inc")
    let files = ["more.inc": "6, 2, {side}\n"]
    let one = try Decks.parse(text, placeholders: ["side": "2.5"], files: files)
    #expect(one.steps[0].forcesByFreedom == [12: 7, 16: 2.5])
    let other = try Decks.parse(text, placeholders: ["side": "1", "load": "-3"], files: files)
    #expect(other.steps[0].forcesByFreedom == [12: -3, 16: 1])
  }

  @Test("forces of one step add up, those of the next replace them; constraints overwrite")
  func steps() throws {
    let deck = try Decks.parse(
      Decks.cube(
        """
        *BOUNDARY
        5, 1, 1, 0.1
        5, 1, 1, 0.2
        *CLOAD
        6, 1, 5.
        6, 1, 7.
        6, 2, 1.
        *END STEP
        *STEP
        *STATIC
        0.1, 0.5
        *CLOAD
        6, 1, 1.
        *BOUNDARY, FIXED
        5, 2
        """))
    #expect(deck.steps[0].forcesByFreedom == [15: 12, 16: 1])
    #expect(deck.steps[1].forcesByFreedom == [15: 1, 16: 1])
    #expect(deck.steps[0].prescribed[12] == .value(0.2))
    #expect(deck.steps[1].prescribed[13] == .held)
    #expect(deck.steps.map(\.endTime) == [1, 1.5])
  }

  @Test("an amplitude multiplies loads with its value at the end of the step")
  func amplitude() throws {
    let text = Decks.cube("*CLOAD, AMPLITUDE=RAMP\n5, 1, 2.")
      .replacing("*STEP\n", with: "*AMPLITUDE, NAME=RAMP\n0., 0., 2., 10.\n*STEP\n")
    #expect(try Decks.parse(text).steps[0].forcesByFreedom == [12: 10])
  }

  @Test("engineering constants of an isotropic body give the isotropic law")
  func engineeringConstants() {
    let (young, poisson, shear) = (1000.0, 0.25, 400.0)
    let law = Elasticity.engineering([
      young, young, young, poisson, poisson, poisson, shear, shear, shear,
    ])
    let exact = Elasticity.isotropic(young: young, poisson: poisson)
    for (a, b) in zip(law.matrix, exact.matrix) { #expect(abs(a - b) < 1e-9) }
  }

  @Test("turning an isotropic law changes nothing; a quarter turn swaps two axes of another")
  func orientation() throws {
    let turned = try #require(
      Orientation(name: "Q", first: [1, 0, 0], second: [0, 1, 0], turn: (3, 90)))
    let law = Elasticity.orthotropic([500, 157, 400, 157, 157, 300, 126, 127, 128])
    let swapped = law.rotated(from: turned.axes(at: .zero))
    #expect(abs(swapped.matrix[0] - 400) < 1e-9 && abs(swapped.matrix[7] - 500) < 1e-9)
    let isotropic = Elasticity.isotropic(young: 1, poisson: 0.3)
    let skew = try #require(
      Orientation(name: "S", first: [1, 2, 3], second: [0, 1, 1], turn: nil))
    for (a, b) in zip(isotropic.rotated(from: skew.axes(at: .zero)).matrix, isotropic.matrix) {
      #expect(abs(a - b) < 1e-14)
    }
  }
}
