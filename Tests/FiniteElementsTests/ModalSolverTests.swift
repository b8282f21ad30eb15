import LinearAlgebra
import Testing

@testable import FiniteElements

@Suite("solvers for modes") struct ModalSolverTests {
  /// Largest relative difference of eigenvalues between Lanczos and iterations.
  static let tolerance = 1e-9

  @Test(
    "iterations on a distorted body find what Lanczos finds, on one thread and on two",
    arguments: [
      (ElementKind.c3d20r, 1), (.c3d20r, 2), (.c3d20, 1), (.c3d10, 2), (.c3d15, 1), (.c3d8, 2),
      (.c3d4, 1), (.c3d6, 1),
    ])
  func agreement(_ kind: ElementKind, _ threads: Int) throws {
    let deck = Beam.deck(kind, cells: Beam.cells(kind))
    let lanczos = try Self.modes(deck, 8, "DIRECT")
    let iterated = try Self.modes(deck, 8, "ITERATIVE", threads: threads)
    #expect(lanczos.solution.method == .direct && iterated.solution.method != .direct)
    for (one, other) in zip(lanczos.eigenvalues, iterated.eigenvalues) {
      #expect(abs(other / one - 1) < Self.tolerance)
    }
    #expect(iterated.eigenvalues.count == 8)
    #expect((iterated.sturmCount ?? 0) >= 8 && (lanczos.sturmCount ?? 0) >= 8)
    #expect((iterated.solution.residual ?? 1) <= 2e-7 && (iterated.solution.iterations ?? 0) > 8)
    #expect((iterated.solution.factorOperations ?? 0) > 0)
    #expect((lanczos.solution.factorOperations ?? 0) > 0)
  }

  @Test("both bending modes of a square bar are found, and a cube's triplets")
  func repeated() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [6, 4, 4], size: [3, 1, 1])
    let deck = Bodies.deck(mesh, steps: [ModeTests.step(ModeTests.held(mesh))])
    for count in [1, 2, 6] {
      let modes = try Self.modes(deck, count, "ITERATIVE")
      #expect(modes.eigenvalues.count == count && modes.solution.method == .polynomialMultigrid)
      // The first mode of a pair alone is a mode too; the inertia counts both.
      #expect((modes.sturmCount ?? 0) >= max(count, 2))
      if count > 1 { #expect(abs(modes.eigenvalues[1] / modes.eigenvalues[0] - 1) < 1e-8) }
    }
  }

  @Test("materials of different density and stiffness vibrate as by Lanczos")
  func materials() throws {
    var deck = Beam.deck(.c3d20r, cells: [8, 4, 4])
    let soft = Elasticity.isotropic(young: 20_000, poisson: 0.2)
    let material = Material(name: "SOFT", elasticity: soft, density: 2e-9)
    deck.sections.append(Section(material: material, orientation: nil, elasticity: soft))
    for element in deck.sectionOfElement.indices where element % 4 < 2 {
      deck.sectionOfElement[element] = 1
    }
    let lanczos = try Self.modes(deck, 5, "DIRECT")
    let iterated = try Self.modes(deck, 5, "ITERATIVE")
    for (one, other) in zip(lanczos.eigenvalues, iterated.eigenvalues) {
      #expect(abs(other / one - 1) < Self.tolerance)
    }
  }

  @Test("the inertia between two frequencies counts those below: a missed one would be told")
  func count() throws {
    let mesh = Bodies.brick(.c3d20, cells: [5, 2, 2], size: [5, 1, 1])
    let step = ModeTests.step(ModeTests.held(mesh))
    let deck = Bodies.deck(mesh, steps: [step])
    let system = try LinearSystem(
      deck, components: 3, constraints: [], prescribed: Set(step.prescribed.keys))
    let problem = VibrationProblem(
      stiffness: try system.assemble(StiffnessOperator(deck)),
      mass: try system.assemble(MassOperator(deck)), elimination: Array(0..<system.equationCount))
    let values = try Self.modes(deck, 10, "DIRECT").eigenvalues
    // A square section: the bending modes come in pairs.
    #expect(try problem.negativeCount(at: 0.99 * values[0]) == 0)
    #expect(try problem.negativeCount(at: 1.01 * values[0]) == 2)
    for index in 1..<10 where values[index] > 1.001 * values[index - 1] {
      let between = (values[index] + values[index - 1]) / 2
      #expect(try problem.negativeCount(at: between) == index)
    }
  }

  @Test("the reason for the method is said")
  func reasons() throws {
    let small = try Self.modes(Beam.deck(.c3d20r, cells: [4, 2, 2]), 2, nil)
    #expect(small.solution.method == .direct && small.solution.reason == "there are few equations")
    var tied = Beam.deck(.c3d20r, cells: [4, 2, 2])
    let end = (0..<tied.mesh.nodeCount).filter { tied.mesh.position(of: $0).x > 1.99 }
    tied.steps[0].constraints = end.dropFirst().map {
      LinearConstraint(
        [.init(3 * $0, 1), .init(3 * end[0], -1)], place: Place(file: "test.inp", line: 3))
    }
    #expect(
      try Self.modes(tied, 2, "ITERATIVE").solution.reason == "constraints tie displacements")
    var free = Beam.deck(.c3d20r, cells: [4, 2, 2])
    free.steps[0].prescribed = [:]
    #expect(try Self.modes(free, 7, "ITERATIVE").solution.reason == "the body can move freely")
  }

  /// What is changed about a block of 100 000 equations, the method, and the reason.
  static let table: [(@Sendable (inout SolverFacts) -> Void, SolverChoice.Method, String)] = [
    ({ _ in }, .polynomialMultigrid, "the body is solid and its elements well shaped"),
    (
      { $0.isQuadratic = false }, .algebraicMultigrid,
      "the body is solid and its elements well shaped"
    ),
    ({ $0.equations = 5000 }, .direct, "there are few equations"),
    ({ $0.slenderness = 100 }, .direct, "the body is slender"),
    ({ $0.stiffnessRatio = 1000 }, .direct, "the elements or the material make iterations slow"),
    ({ $0.rightHandSides = 2000 }, .direct, "one factor serves 2000 modes"),
    ({ $0.obstacle = "the body can move freely" }, .direct, "the body can move freely"),
    ({ $0.request = .init(card: "PARDISO") }, .direct, "the deck asks for SOLVER=PARDISO"),
  ]

  @Test("the facts decide", arguments: table.indices)
  func choice(_ row: Int) {
    var facts = SolverFacts()
    facts.equations = 110_000
    facts.isQuadratic = true
    facts.elementsAlong = 32
    facts.slenderness = 2
    facts.rightHandSides = 10
    let (change, method, reason) = Self.table[row]
    change(&facts)
    #expect(SolverChoice.modal(facts) == SolverChoice(method: method, reason: reason))
  }

  static func modes(
    _ deck: Deck, _ count: Int, _ solver: String?, threads: Int = 1
  ) throws -> Summary {
    var deck = deck
    var request = FrequencyRequest(count: count)
    request.solver = solver
    deck.steps[0].procedure = .frequency(request)
    deck.steps[0].forces = []
    return try deck.solve(SolverSettings(threads: threads), outputs: SolveOutputs())
  }
}
