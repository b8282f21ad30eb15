import Glibc
import Testing

@testable import FiniteElements

@Suite("analysis") struct AnalysisTests {
  /// Constraints, and the motion that they leave.
  static let loose: [(String, String)] = [
    ("", "in directions x, y and z and by turning about x, y and z"),
    ("FOOT, 1, 2", "in direction z and by turning about x and y"),
    ("1, 1, 3", "by turning about x, y and z"),
    ("1, 1, 1", "in directions y and z and by turning about x, y and z"),
    ("1, 1, 3\n5, 1, 2", "by turning about z"),
  ]

  @Test("a model that can move says where and how", arguments: loose)
  func singular(_ boundary: String, _ motion: String) throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 1, 1.").replacing("FOOT, 1, 3", with: boundary))
    #expect(throws: AnalysisError.singular([FreeMotion(node: 1, motion: motion)])) {
      try Decks.solve(deck)
    }
    let error = AnalysisError.singular([FreeMotion(node: 1, motion: motion)])
    #expect(error.description == "the model can move freely near node 1 \(motion)")
    #expect(error.fix == "add *BOUNDARY near node 1")
  }

  @Test("six well placed constraints are enough")
  func statically() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 3, 1.").replacing(
        "FOOT, 1, 3", with: "1, 1, 3\n2, 2, 3\n4, 3"))
    #expect(try Decks.solve(deck).3.equations == 18)
  }

  @Test(
    "one row of reduced integration elements deforms freely, which is said where loads cause it")
  func mechanism() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [6, 1, 1], size: [6, 0.2, 0.1])
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
    for freedom in 0..<(3 * mesh.nodeCount) {
      step.forces.append(PointLoad(freedom: freedom, value: sin(Double(freedom * freedom))))
    }
    let error = #expect(throws: AnalysisError.self) {
      _ = try Bodies.solve(Bodies.deck(mesh, steps: [step]))
    }
    #expect(error?.description.hasPrefix("the model can deform freely near node ") == true)
    #expect(
      error?.fix?.hasSuffix(
        ", or use C3D20: one row of C3D20R elements does not resist every deformation") == true)
  }

  @Test("an inverted element is named")
  func inverted() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 1, 1.")
        .replacing("1, 1, 2, 3, 4, 5, 6, 7, 8", with: "1, 5, 6, 7, 8, 1, 2, 3, 4"))
    #expect(throws: AnalysisError.invertedElements([1])) { try Decks.solve(deck) }
    #expect(AnalysisError.invertedElements([1]).description == "element 1 is inverted or flat")
  }

  @Test("a cancelled analysis ends")
  func cancelled() throws {
    let deck = try Decks.parse(Decks.cube("*CLOAD\n5, 1, 1."))
    #expect(throws: AnalysisError.cancelled) {
      try deck.solve(
        SolverSettings(threads: 1), outputs: SolveOutputs(),
        observer: Observer(isCancelled: { true }))
    }
  }

  @Test("steps with the same constraints give what each gives alone, and so do others")
  func steps() throws {
    let further = "*END STEP\n*STEP\n*STATIC\n"
    let loads = ["*CLOAD, OP=NEW\n5, 1, 3.", "*CLOAD, OP=NEW\n7, 2, -2.\n*BOUNDARY\n6, 3, 3, 1e-5"]
    let both = try Decks.parse(
      Decks.cube("*CLOAD\n8, 3, 1.\n" + loads.map { further + $0 }.joined(separator: "\n")))
    var solver = LinearStatic(deck: both, SolverSettings(threads: 1))
    let results = try both.steps.map { try solver.solve($0) }
    for (load, result) in zip(loads, results.dropFirst()) {
      let alone = try Decks.parse(Decks.cube(load))
      let exact = try Bodies.solve(alone)
      for (a, b) in zip(exact.displacements, result.displacements) { #expect(abs(a - b) < 1e-16) }
    }
  }

  @Test("reactions balance the loads")
  func balance() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 1, 3.\n7, 2, -2.\n*DLOAD\nEALL, P2, 4.\nEALL, GRAV, 1e10, 0., 0., -1.")
    )
    let result = try Bodies.solve(deck)
    let foot = (0..<3).map { direction in
      (0..<4).reduce(0) { $0 + result.internalForces[3 * $1 + direction] }
    }
    // Internal forces do not contain the share of the weight that acts at the foot itself: 39.
    #expect(abs(foot[0] + 3) < 1e-9 && abs(foot[1] - 2) < 1e-9)
    #expect(abs(foot[2] - (4 + 39)) < 1e-9)
  }
}
