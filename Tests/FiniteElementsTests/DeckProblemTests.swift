import Testing

@testable import FiniteElements

@Suite("what is wrong with a deck") struct DeckProblemTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let step: String
    let problem: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "an unknown card", step: "*CONTACT PAIR",
      problem: """
        cube.inp:26: *CONTACT PAIR is not supported
          fix: Kiln solves linear problems (docs/decks.md lists the cards); remove the card if it may go
        """),
    Case(
      name: "temperatures that are to buckle", step: "*BUCKLE\n1\n*TEMPERATURE\nNALL, 100.",
      problem: """
        cube.inp:24: *BUCKLE cannot have *TEMPERATURE in its step
          fix: give the temperatures in a *STATIC step before it, and write *STEP, PERTURBATION
        """),
    Case(
      name: "a misspelt card", step: "*CLAOD",
      problem: """
        cube.inp:26: *CLAOD is not supported
          fix: did you mean *CLOAD?
        """),
    Case(
      name: "an unknown parameter", step: "*NODE PRINT, NSET=NALL, TOTAL=YES\nU",
      problem: """
        cube.inp:26: *NODE PRINT: parameter TOTAL is not supported
          fix: did you mean TOTALS?
        """),
    Case(
      name: "a card that CalculiX has", step: "*PLASTIC",
      problem: """
        cube.inp:26: *PLASTIC is not supported
          fix: Kiln solves linear problems (docs/decks.md lists the cards); remove the card if it may go
        """),
    Case(
      name: "an undefined set", step: "*CLOAD\nFOOOT, 1, 5.",
      problem: """
        cube.inp:27: node set FOOOT is not defined
          fix: did you mean FOOT?
        """),
    Case(
      name: "a set that is defined too late", step: "*NSET, NSET=A\nB\n*NSET, NSET=B\n5",
      problem: """
        cube.inp:27: node set B is defined further down
          fix: move its *NSET above this line
        """),
    Case(
      name: "a set of nothing", step: "*NSET, NSET=A\n77, 78\n79",
      problem: """
        cube.inp:26: set A has no members: node 77 and 2 more do not exist
          fix: correct the numbers, or include the mesh that they belong to
        """),
    Case(
      name: "a direction that solids lack", step: "*CLOAD\n5, 4, 1.",
      problem: """
        cube.inp:27: node 5 carries a moment but nothing gives it a rotation
          fix: use directions 1 to 3
        """),
    Case(
      name: "a face that the element lacks", step: "*DLOAD\nEALL, P7, 1.",
      problem: """
        cube.inp:27: *DLOAD: label 'P7' is not supported
          fix: use P1 to P6 (a face that the element has), GRAV or CENTRIF
        """),
    Case(
      name: "gravitation between bodies", step: "*DLOAD\nEALL, NEWTON",
      problem: """
        cube.inp:27: *DLOAD: NEWTON, gravitation between bodies, is not supported
          fix: write GRAV with a direction for weight
        """),
    Case(
      name: "a number that is none", step: "*BOUNDARY\n5, 1, 1, abc",
      problem: "cube.inp:27: 'abc' is not a displacement"),
    Case(
      name: "a placeholder without a value", step: "*CLOAD\n5, 1, {load}",
      problem: """
        cube.inp:27: placeholder {load} has no value
          fix: sweep over load, or write a default: {load=1}
        """),
    Case(
      name: "an include that is missing", step: "*INCLUDE, INPUT=Loads.inc",
      problem: """
        cube.inp:26: cannot read the included file Loads.inc: no such file
          fix: put it beside the deck, or correct its name
        """),
  ]

  @Test("is said with its line and what to do", arguments: cases)
  func text(_ test: Case) {
    #expect(Decks.problems(Decks.cube(test.step)) == test.problem)
  }

  @Test(
    "a step that needs masses is refused where there is no density",
    arguments: [
      "*FREQUENCY\n2", "*DYNAMIC\n1., 1.", "*STATIC\n*DLOAD\nEALL, GRAV, 1., 0., 0., 1.",
      "*STATIC\n*DLOAD\nEALL, CENTRIF, 1., 0., 0., 0., 0., 0., 1.",
    ])
  func massless(_ procedure: String) {
    let deck = Decks.cube(procedure, material: "*ELASTIC\n210000., .3")
      .replacing("*STATIC\n", with: "", maxReplacements: 1)
    #expect(
      Decks.problems(deck) == """
        cube.inp:22: material STEEL has no density, and the step needs masses
          fix: add *DENSITY to it
        """)
  }

  @Test("vibration of what has a density of zero is refused")
  func zeroDensity() {
    let deck = Decks.cube("*FREQUENCY\n2", material: "*ELASTIC\n210000., .3\n*DENSITY\n0.")
      .replacing("*STATIC\n", with: "", maxReplacements: 1)
    #expect(Decks.problems(deck).contains("the step needs masses"))
  }

  @Test("radiation without its constant is refused")
  func radiation() {
    let deck = Decks.cube("*RADIATE\nEALL, R2, 20., 1.", material: "*CONDUCTIVITY\n50.")
      .replacing("*STATIC", with: "*HEAT TRANSFER, STEADY STATE")
    #expect(
      Decks.problems(deck) == """
        cube.inp:22: *RADIATE needs the constant of Stefan and Boltzmann
          fix: write *PHYSICAL CONSTANTS, ABSOLUTE ZERO=-273.15, STEFAN BOLTZMANN=5.67e-8 before *STEP, \
        in the units of the deck
        """)
  }

  @Test("a negative density is refused")
  func negativeDensity() {
    let deck = Decks.cube("", material: "*ELASTIC\n210000., .3\n*DENSITY\n7.8, 0.\n-7.8, 100.")
    #expect(
      Decks.problems(deck) == """
        cube.inp:19: the density -7.8 is negative
          fix: write mass per volume
        """)
  }

  @Test("all problems are reported at once, in the files where they are")
  func all() {
    let deck = Decks.cube("*INCLUDE, INPUT=loads.inc\n*NODE PRINT\nU")
      .replacing("TYPE=C3D8", with: "TYPE=S9")
    let found = Decks.problems(deck, files: ["loads.inc": "** loads\n*CLOAD\n5, x, 1.\n"])
    #expect(
      found == """
        cube.inp:12: element type 'S9' is not supported
          fix: use \(ElementType.names.joined(separator: ", "))
        loads.inc:3: *CLOAD needs node, direction 1 to 6, force
          fix: write for example LOAD, 2, 100.
        cube.inp:27: *NODE PRINT needs NSET=set
        """)
  }

  @Test("files that include themselves or each other without end are refused")
  func includes() {
    let own = Decks.problems(
      Decks.cube("*INCLUDE, INPUT=a"), files: ["a": "*INCLUDE, INPUT=a\n"])
    #expect(own == "a:1: a includes itself\n  fix: remove this *INCLUDE")
    var files = ["f20": "** the end\n"]
    for depth in 1..<20 {
      files["f\(depth)"] = "*INCLUDE, INPUT=f\(depth + 1)\n*INCLUDE, INPUT=f\(depth + 1)\n"
    }
    let many = Decks.problems(Decks.cube("*INCLUDE, INPUT=f1"), files: files)
    #expect(many.hasSuffix(": more than 1000 files are included"))
  }

  @Test("geometric nonlinearity is refused, never solved linearly")
  func nonlinear() {
    let deck = Decks.cube("*CLOAD\n5, 1, 1.").replacing("*STEP\n", with: "*STEP, NLGEOM\n")
    #expect(
      Decks.problems(deck) == """
        cube.inp:24: *STEP: NLGEOM is not supported
          fix: remove NLGEOM to solve for small displacements
        """)
  }

  @Test("a procedure that is not available is the only problem of its step")
  func otherProcedure() {
    let deck = Decks.cube("").replacing("*STATIC", with: "*VISCO\n1., 1.")
    #expect(
      Decks.problems(deck) == """
        cube.inp:25: *VISCO is not supported
          fix: Kiln solves linear problems (docs/decks.md lists the cards); remove the card if it may go
        """)
  }

  @Test("harmless cards are passed over with a notice")
  func notices() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 1, 1.", material: "*ELASTIC\n1., 0.").replacing(
        "*MATERIAL", with: "*PREPRINT, MODEL=NO\n*MATERIAL"))
    #expect(
      deck.notices.map(\.description) == [
        "cube.inp:16: *PREPRINT has no effect in this analysis; passed over"
      ])
  }

  @Test("the rest of a long list of problems is counted")
  func omitted() {
    let lines = (1...150).map { "\($0), y, 1." }.joined(separator: "\n")
    let problems = Decks.problems(Decks.cube("*CLOAD\n\(lines)"))
    #expect(problems.hasSuffix("problems"))
  }

  @Test("elements without any nodes, and a text in UTF-16, are said to be that")
  func noNodes() {
    let text =
      "*ELEMENT, TYPE=C3D4, ELSET=E\n1, 1, 2, 3, 4\n*STEP\n*STATIC\n*DLOAD\nE, P1, 1.\n*END STEP\n"
    #expect(
      Decks.problems(text).hasPrefix(
        "cube.inp:2: element 1 names node '1', which is not defined"))
    let error = #expect(throws: DeckProblems.self) {
      try Deck.parse(name: "wide.inp", text: [0xFF, 0xFE, 0x2A, 0]) { _ in [] }
    }
    #expect(
      error?.description.hasPrefix(
        "wide.inp:1: the file is written in UTF-16\n  fix: save it as UTF-8") == true)
  }

  @Test("an element that ends too early is named, whatever follows")
  func shortElement() {
    let deck = Decks.cube("").replacing("1, 1, 2, 3, 4, 5, 6, 7, 8", with: "1, 1, 2, 3, 4,")
    #expect(
      Decks.problems(deck).hasPrefix("cube.inp:13: element 1 has 4 nodes, C3D8 needs 8"))
  }
}
