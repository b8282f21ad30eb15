import Testing

@testable import FiniteElements

@Suite("Problems of cards that tie freedoms")
struct ConstraintProblemTests {
  struct Case: CustomTestStringConvertible {
    let card: String
    let problem: String
    var testDescription: String { problem }
  }

  static let cases = [
    Case(
      card: "*EQUATION\n3\n5, 1, 1., 6, 1, -1.",
      problem: """
        cube.inp:17: the equation has 2 of its 3 terms
          fix: write node, direction, coefficient of each term
        """),
    Case(
      card: "*KINEMATIC\n1, 3",
      problem: """
        cube.inp:16: *KINEMATIC does not follow its *COUPLING
          fix: write *COUPLING, REF NODE=node, SURFACE=name above it
        """),
    Case(
      card: "*CYCLIC SYMMETRY MODEL, N=4\n0., 0., 0., 0., 0., 1.",
      problem: """
        cube.inp:16: *CYCLIC SYMMETRY MODEL has no tie of its two sides
          fix: add *TIE, NAME=name, CYCLIC SYMMETRY with the left and the right surface
        """),
    Case(
      card: "*ORIENTATION, NAME=O, SYSTEM=CYLINDRICAL\n0., 0., 0., 0., 0., 1.\n3, 30.",
      problem: """
        cube.inp:18: *ORIENTATION: cylindrical axes cannot be turned further
          fix: remove the line, or use SYSTEM=RECTANGULAR
        """),
    Case(
      card: "*EQUATION\n2\n5, 8, 1., 6, 1, -1.",
      problem: """
        cube.inp:18: direction 8 does not exist in *EQUATION
          fix: use 1 to 3 (displacements), 4 to 6 (rotations) or 11 (temperature)
        """),
    Case(
      card: "*MPC\nHINGE, 1, 2",
      problem: """
        cube.inp:16: *MPC: kind 'HINGE' is not known
          fix: use BEAM, PLANE, STRAIGHT, MEANROT or DIST
        """),
    Case(
      card: "*TIE, NAME=T\nTOP, BOTTOM",
      problem: """
        cube.inp:17: surface TOP is not defined
          fix: define it with *SURFACE
        cube.inp:17: surface BOTTOM is not defined
          fix: define it with *SURFACE
        """),
    Case(
      card: "*SURFACE, NAME=S\n1, S2\n*COUPLING, REF NODE=5, SURFACE=S, CONSTRAINT NAME=C",
      problem: """
        cube.inp:18: *COUPLING is not followed by its kind
          fix: write *KINEMATIC or *DISTRIBUTING below it
        """),
    Case(
      card: "*RIGID BODY, NSET=FOOT, REF NODE=99",
      problem: """
        cube.inp:16: *RIGID BODY: node 99 is not defined
        """),
    Case(
      card: "*TRANSFORM, NSET=FOOT, TYPE=C\n0., 0., 0., 0., 0., 0.",
      problem: """
        cube.inp:16: *TRANSFORM needs two points that define its axes
          fix: write six coordinates: point a, point b
        """),
    Case(
      card: "*PRE-TENSION SECTION, NODE=5\n1., 0., 0.",
      problem: """
        cube.inp:16: *PRE-TENSION SECTION needs SURFACE=name or ELEMENT=number
        """),
  ]

  @Test("a wrong card is named with its line and what to do", arguments: cases)
  func problems(_ test: Case) {
    let deck = Decks.cube("*CLOAD\n5, 1, 1.")
      .replacing("*MATERIAL, NAME=STEEL", with: test.card + "\n*MATERIAL, NAME=STEEL")
    #expect(Decks.problems(deck) == test.problem)
  }

  private static func tied(_ equation: String, _ step: String) -> String {
    Decks.cube(step)
      .replacing("*MATERIAL, NAME=STEEL", with: "*EQUATION\n\(equation)\n*MATERIAL, NAME=STEEL")
  }

  @Test("an equation that prescribed displacements contradict is named with its line")
  func contradiction() throws {
    let deck = try Decks.parse(
      Self.tied("2\n5, 1, 1., 6, 1, -1.", "*BOUNDARY\n5, 1, 1, .1\n6, 1, 1, .2"))
    let error = #expect(throws: AnalysisError.self) { _ = try Decks.solve(deck) }
    #expect(
      error?.description
        == "cube.inp:17: a constraint ties displacements that are prescribed or tied already")
    #expect(error?.fix == "remove the constraint, or the *BOUNDARY of one of its nodes")
  }

  @Test("the node of *DISTRIBUTING cannot be moved, and to hold it is noted to do nothing")
  func distributing() throws {
    let text = { (value: String) in
      Decks.cube("*BOUNDARY\n99, 1, 1, \(value)").replacing(
        "*MATERIAL, NAME=STEEL",
        with: """
          *NODE
          99, 0.5, 0.5, 2.
          *SURFACE, NAME=TOP
          1, S2
          *COUPLING, REF NODE=99, SURFACE=TOP, CONSTRAINT NAME=C
          *DISTRIBUTING
          1, 6
          *MATERIAL, NAME=STEEL
          """)
    }
    #expect(
      Decks.problems(text("0.1")) == """
        cube.inp:34: node 99 of *DISTRIBUTING hands forces on and moves nothing
          fix: use *KINEMATIC, or DCOUP3D with *DISTRIBUTING COUPLING, to move it
        """)
    #expect(
      try Decks.parse(text("0.")).notices.map(\.description) == [
        "cube.inp:34: node 99 of *DISTRIBUTING hands forces on and moves nothing: to hold it has no effect"
      ])
  }

  @Test("a part that *TIE has left loose is said to be that")
  func loosePart() throws {
    let deck = try Decks.parse(
      Decks.cube("").replacing(
        "*MATERIAL, NAME=STEEL",
        with: """
          *NODE
          11, 0, 0, 1.2
          12, 1, 0, 1.2
          13, 0, 1, 1.2
          14, 0, 0, 2.2
          *ELEMENT, TYPE=C3D4, ELSET=EALL
          2, 11, 12, 13, 14
          *SURFACE, NAME=TOP
          1, S2
          *SURFACE, NAME=UPPER
          2, S1
          *TIE, NAME=T
          UPPER, TOP
          *MATERIAL, NAME=STEEL
          """))
    let error = #expect(throws: AnalysisError.self) { _ = try Decks.solve(deck) }
    #expect(
      error?.description.hasSuffix(
        "cube.inp:27: no face is opposite nodes 11, 12, 13 within the tolerance: not tied") == true)
    #expect(error?.fix?.hasPrefix("write *TIE, POSITION TOLERANCE=distance, or add") == true)
  }

  @Test("equations that repeat each other, or that prescribed values satisfy, do no harm")
  func redundancy() throws {
    let deck = try Decks.parse(
      Self.tied(
        "2\n5, 1, 1., 6, 1, -1.\n2\n6, 1, 2., 5, 1, -2.\n2\n1, 1, 1., 2, 1, -1.",
        "*CLOAD\n5, 1, 1."))
    let frame = try Bodies.solve(deck)
    #expect(abs(frame.displacement(5, deck).x - frame.displacement(6, deck).x) < 1e-18)
  }
}
