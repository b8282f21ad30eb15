import Testing

@testable import FiniteElements

@Suite("iterative solvers") struct IterativeSolverTests {
  /// Largest difference over largest displacement that a residual of 1e-8 leaves.
  static let tolerance = 1e-7

  static let kinds: [ElementKind] = ElementKind.solids.filter { $0.formulation == .standard }

  @Test(
    "distorted meshes give the direct solution, on one thread and on two", arguments: kinds, [1, 2])
  func agreement(_ kind: ElementKind, _ threads: Int) throws {
    let deck = Beam.deck(kind, cells: Beam.cells(kind))
    let (direct, _) = try Beam.solve(deck, "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(deck, "ITERATIVE", threads: threads)
    #expect(report.method != .direct && (report.residual ?? 1) <= 2e-8)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test(
    "anisotropic bodies of two materials give the direct solution",
    arguments: [ElementKind.c3d8, .c3d10, .c3d20r])
  func anisotropic(_ kind: ElementKind) throws {
    var deck = Beam.deck(kind, cells: Beam.cells(kind))
    let wood = Elasticity.engineering([12_000, 900, 500, 0.4, 0.4, 0.3, 700, 650, 60])
    let axes = [SIMD3(0.6, 0.8, 0), SIMD3(-0.8, 0.6, 0), SIMD3(0, 0, 1)]
    let material = Material(name: "WOOD", elasticity: wood, density: nil)
    deck.sections.append(
      Section(material: material, orientation: nil, elasticity: wood.rotated(from: axes)))
    for element in deck.sectionOfElement.indices where element % 5 < 3 {
      deck.sectionOfElement[element] = 1
    }
    let (direct, _) = try Beam.solve(deck, "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(deck, "ITERATIVE", threads: 2)
    #expect(report.method != .direct)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test(
    "prescribed displacements other than zero act",
    arguments: [ElementKind.c3d4, .c3d8, .c3d10, .c3d20, .c3d20r])
  func prescribed(_ kind: ElementKind) throws {
    var deck = Beam.deck(kind, cells: Beam.cells(kind))
    for node in 0..<deck.mesh.nodeCount where deck.mesh.position(of: node).x > 1.99 {
      deck.steps[0].prescribed[3 * node + 1] = .value(0.01)
    }
    let (direct, _) = try Beam.solve(deck, "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(deck, "ITERATIVE", threads: 2)
    #expect(report.method != .direct)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test(
    "a finer mesh needs hardly more iterations",
    arguments: [ElementKind.c3d8, .c3d10, .c3d20r])
  func iterations(_ kind: ElementKind) throws {
    let counts = try [1, 2].map { factor in
      let deck = Beam.deck(kind, cells: factor &* Beam.cells(kind))
      let report = try Beam.solve(deck, "ITERATIVE", threads: 2).1
      #expect(report.method != .direct)
      return report.iterations ?? .max
    }
    #expect(counts[1] <= 40 && counts[1] <= counts[0] + 8)
  }

  @Test(
    "constraints and springs are solved with an assembled matrix",
    arguments: [ElementKind.c3d8, .c3d8i, .c3d8r, .c3d20r])
  func constrained(_ kind: ElementKind) throws {
    var deck = Beam.deck(kind, cells: Beam.cells(kind))
    let end = (0..<deck.mesh.nodeCount).filter { deck.mesh.position(of: $0).x > 1.99 }
    deck.steps[0].constraints = end.dropFirst().map {
      LinearConstraint(
        [.init(3 * $0, 1), .init(3 * end[0], -1)], place: Place(file: "test.inp", line: 3))
    }
    deck.discretes = [
      DiscreteElement(label: 1, freedoms: [3 * end[0] + 1], stiffness: [50_000])
    ]
    let (direct, _) = try Beam.solve(deck, "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(deck, "ITERATIVE", threads: 2)
    #expect(report.method == .assembledMultigrid && (report.iterations ?? .max) <= 80)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test("steps with other loads use the solver again")
  func steps() throws {
    var deck = Beam.deck(.c3d20r, cells: [8, 4, 4])
    deck.steps.append(deck.steps[0])
    deck.steps[1].forces = deck.steps[1].forces.map {
      PointLoad(freedom: $0.freedom, value: -2 * $0.value)
    }
    deck.request(solver: "ITERATIVE")
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let first = try solver.solve(deck.steps[0])
    let second = try solver.solve(deck.steps[1])
    #expect(Beam.distance(first.displacements.map { -2 * $0 }, second.displacements) < 1e-7)
  }
}

@Suite("what a job says about its solver") struct SolverSettingsTests {
  @Test(
    "the job's method goes before the deck's", arguments: [SolverSettings.Wish.direct, .iterative])
  func wish(_ wish: SolverSettings.Wish) throws {
    var deck = Beam.deck(.c3d20r, cells: [4, 2, 2])
    deck.request(solver: wish == .direct ? "ITERATIVE SCALING" : "SPOOLES")
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1, wish: wish))
    _ = try solver.solve(deck.steps[0])
    #expect(solver.solution.method == (wish == .direct ? .direct : .polynomialMultigrid))
    #expect(solver.solution.reason.hasPrefix("the job asks for "))
  }

  @Test("the memory that counts is the job's, on every machine")
  func memory() {
    let deck = Beam.deck(.c3d8, cells: [4, 2, 2])
    for memory in [nil, 3e8, 1e18] {
      let settings = SolverSettings(threads: 1, memory: memory)
      #expect(SolverFacts(deck, deck.steps[0], fixed: [], settings).memory == memory)
      let heat = SolverFacts(deck, deck.steps[0], rightHandSides: 1, card: nil, settings)
      #expect(heat.memory == memory)
    }
  }
}

@Suite("falling back to the direct solver") struct SolverFallbackTests {
  @Test("a nearly incompressible body is solved directly, which is said")
  func incompressible() throws {
    let rubber = Elasticity.isotropic(young: 10, poisson: 0.499_99)
    let deck = Beam.deck(.c3d20r, cells: [8, 4, 4], rubber)
    let (direct, _) = try Beam.solve(deck, "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(deck, "ITERATIVE", threads: 1)
    #expect(report.method == .direct)
    #expect(report.reason.hasPrefix("conjugate gradients did not converge in "))
    // The same factor, which BLAS may share among one or two threads.
    #expect(Beam.distance(direct, iterated) < 1e-9)
  }

  @Test("collapsed quadratic elements are solved directly, which is said; linear ones need not be")
  func collapsed() throws {
    let quadratic = try Beam.solve(Beam.wedged(.c3d20r), "ITERATIVE", threads: 1).1
    #expect(
      quadratic.reason == "some elements are collapsed, or have a corner where others have none")
    let (direct, _) = try Beam.solve(Beam.wedged(.c3d8), "DIRECT", threads: 1)
    let (iterated, report) = try Beam.solve(Beam.wedged(.c3d8), "ITERATIVE", threads: 2)
    #expect(report.method == .algebraicMultigrid && Beam.distance(direct, iterated) < 1e-7)
  }

  @Test("an inverted element is named")
  func inverted() throws {
    var deck = Beam.deck(.c3d20, cells: [6, 3, 3]) { place in
      place.x > 0.3 && place.x < 0.4 ? [place.x + 0.5, place.y, place.z] : place
    }
    deck.request(solver: "ITERATIVE")
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 2))
    let error = #expect(throws: AnalysisError.self) { _ = try solver.solve(deck.steps[0]) }
    #expect(error?.description.contains("inverted or flat") == true)
  }

  @Test("an iteration can be cancelled")
  func cancelled() throws {
    var deck = Beam.deck(.c3d20r, cells: [8, 4, 4])
    deck.request(solver: "ITERATIVE")
    let count = Counter()
    var solver = LinearStatic(
      deck: deck, SolverSettings(threads: 1),
      observer: Observer(
        progress: { phase, fraction, _ in
          if phase == .solve, fraction > 0.2 { count.isDone = true }
          return false
        },
        isCancelled: { count.isDone }))
    #expect(throws: AnalysisError.cancelled) { _ = try solver.solve(deck.steps[0]) }
  }

  @Test("an iteration that is good enough ends with the solution it has")
  func goodEnough() throws {
    var deck = Beam.deck(.c3d20r, cells: [8, 4, 4])
    deck.request(solver: "ITERATIVE")
    var exact = LinearStatic(deck: deck, SolverSettings(threads: 1))
    var early = LinearStatic(
      deck: deck, SolverSettings(threads: 1),
      observer: Observer(progress: { _, _, metrics in (metrics[.residual] ?? 1) < 1e-3 }))
    let difference = Beam.distance(
      try exact.solve(deck.steps[0]).displacements, try early.solve(deck.steps[0]).displacements)
    let residual = try #require(early.solution.residual)
    #expect(residual < 1e-3 && residual > 1e-7)
    #expect(difference > 1e-9 && difference < 1e-2)
  }

  private final class Counter: @unchecked Sendable {
    var isDone = false
  }
}

@Suite("what needs an assembled matrix") struct SolverObstacleTests {
  private static func obstacle(_ change: (inout Deck) -> Void) -> String? {
    var deck = Beam.deck(.c3d8, cells: [4, 2, 2])
    change(&deck)
    return SolverFacts(deck, deck.steps[0], fixed: [], SolverSettings(threads: 1)).obstacle
  }

  @Test("a plain solid does not")
  func solid() { #expect(Self.obstacle { _ in } == nil) }

  @Test("constants that depend on temperature do, and give the direct solution")
  func temperatures() throws {
    var deck = try Decks.parse(Self.heated)
    let facts = SolverFacts(deck, deck.steps[0], fixed: [], SolverSettings(threads: 1))
    #expect(facts.obstacle == "elastic constants depend on temperature")
    let solutions = try ["DIRECT", "ITERATIVE"].map { solver in
      deck.request(solver: solver)
      var analysis = Analysis(
        deck: deck, SolverSettings(threads: 1), observer: Observer(),
        results: ResultWriter(deck, SolveOutputs()))
      analysis.takeTemperatures(of: deck.steps[0])
      let frame = try analysis.staticFrame(deck.steps[0])
      let method = analysis.summary.solution.method
      _ = try analysis.finish()
      #expect(method == (solver == "DIRECT" ? .direct : .assembledMultigrid))
      return frame.displacements
    }
    #expect(Beam.distance(solutions[0], solutions[1]) < 1e-7)
    // Half as stiff where it is hot.
    #expect(abs((solutions[0].max() ?? 0) - 0.02) < 1e-9)
  }

  /// A bar of which E falls from 200 to 100 between 0 and 100 degrees, pulled by 2 on an area of 1.
  private static let heated = """
    *NODE, NSET=NALL
    1, 0., 0., 0.
    2, 1., 0., 0.
    3, 1., 1., 0.
    4, 0., 1., 0.
    5, 0., 0., 1.
    6, 1., 0., 1.
    7, 1., 1., 1.
    8, 0., 1., 1.
    *ELEMENT, TYPE=C3D8, ELSET=EALL
    1, 1, 2, 3, 4, 5, 6, 7, 8
    *MATERIAL, NAME=EL
    *ELASTIC
    200., 0., 0.
    100., 0., 100.
    *SOLID SECTION, ELSET=EALL, MATERIAL=EL
    *INITIAL CONDITIONS, TYPE=TEMPERATURE
    NALL, 0.
    *BOUNDARY
    1, 1, 3
    4, 1
    5, 1
    8, 1
    2, 2, 3
    4, 3
    *STEP
    *STATIC
    *TEMPERATURE
    NALL, 100.
    *DLOAD
    EALL, P4, -2.
    *END STEP

    """

  @Test("shells that are expanded do")
  func shells() throws {
    let deck = try StructureDecks.deck(
      nodes: [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], type: "S4", elements: [[1, 2, 3, 4]],
      section: "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.1", boundary: "1, 1, 6",
      step: "*CLOAD\n3, 3, 1.")
    #expect(SolverFacts(deck, deck.steps[0], fixed: [], SolverSettings(threads: 1)).obstacle != nil)
    var plain = deck
    for index in plain.steps.indices { plain.steps[index].constraints = [] }
    #expect(
      SolverFacts(plain, plain.steps[0], fixed: [], SolverSettings(threads: 1)).obstacle
        == "shells or beams are expanded into solids")
  }

  @Test("springs and elements with inner modes do")
  func others() {
    #expect(
      Self.obstacle {
        $0.discretes = [DiscreteElement(label: 1, freedoms: [4], stiffness: [1])]
      } == "there are springs, dashpots or point masses")
    let deck = Beam.deck(.c3d8i, cells: [4, 2, 2])
    #expect(
      SolverFacts(deck, deck.steps[0], fixed: [], SolverSettings(threads: 1)).obstacle
        == "C3D8I elements have inner modes or rules of their own")
  }
}

@Suite("choice of a solver") struct SolverChoiceTests {
  /// What is changed about a block of 100 000 equations, the method, and the reason.
  static let table: [(@Sendable (inout SolverFacts) -> Void, SolverChoice.Method, String)] = [
    ({ _ in }, .polynomialMultigrid, "the body is solid and its elements well shaped"),
    (
      { $0.isQuadratic = false }, .algebraicMultigrid,
      "the body is solid and its elements well shaped"
    ),
    ({ $0.equations = 5000 }, .direct, "there are few equations"),
    ({ $0.slenderness = 100 }, .direct, "the body is slender"),
    ({ $0.aspectRatio = 20 }, .direct, "the elements are long and thin"),
    ({ $0.flatness = 210 }, .direct, "the body is thin"),
    ({ $0.stiffnessRatio = 1000 }, .direct, "the material is nearly incompressible"),
    ({ $0.rightHandSides = 500 }, .direct, "one factor serves 500 load cases"),
    (
      {
        $0.elementsAlong = 2000
        $0.aspectRatio = 3
      }, .direct, "the factor is cheap"
    ),
    (
      {
        $0.aspectRatio = 20
        $0.memory = 0x1p30
      }, .polynomialMultigrid, "the factor would take about 2 GiB, the job has 1 GiB"
    ),
    (
      {
        $0.aspectRatio = 20
        $0.memory = 0x3p30
      }, .direct, "the elements are long and thin"
    ),
    (
      { $0.request = .init(card: "ITERATIVE SCALING", .direct) }, .direct,
      "the job asks for a direct solver"
    ),
    (
      {
        $0.request = .init(card: "PARDISO", .iterative)
        $0.equations = 300
      }, .polynomialMultigrid, "the job asks for an iterative solver"
    ),
    (
      {
        $0.obstacle = "constraints tie displacements"
        $0.equations = 90_000
      }, .direct, "there are few equations"
    ),
    (
      {
        $0.obstacle = "constraints tie displacements"
        $0.equations = 300_000
      }, .assembledMultigrid, "the body is solid and its elements well shaped"
    ),
    ({ $0.request = .init(card: "PARDISO") }, .direct, "the deck asks for SOLVER=PARDISO"),
    (
      {
        $0.request = .init(card: "ITERATIVE SCALING")
        $0.equations = 300
      }, .polynomialMultigrid, "the deck asks for SOLVER=ITERATIVE SCALING"
    ),
    (
      {
        $0.request = .init(card: "ITERATIVE CHOLESKY")
        $0.obstacle = "constraints tie displacements"
      }, .assembledMultigrid, "the deck asks for SOLVER=ITERATIVE CHOLESKY"
    ),
    (
      {
        $0.components = 1
        $0.isQuadratic = false
        $0.equations = 1_000_000
        $0.elementsAlong = 150
      }, .assembledMultigrid, "the body is solid and its elements well shaped"
    ),
    (
      {
        $0.components = 1
        $0.equations = 49_000
      }, .direct, "there are few equations"
    ),
    (
      {
        $0.components = 1
        $0.elementsAlong = 400
        $0.rightHandSides = 1000
      }, .direct, "one factor serves 1000 load cases"
    ),
    (
      { $0.request = .init(card: "DEFAULT") }, .polynomialMultigrid,
      "the body is solid and its elements well shaped"
    ),
  ]

  @Test("the facts decide", arguments: table.indices)
  func choice(_ row: Int) {
    var facts = SolverFacts()
    facts.equations = 110_000
    facts.isQuadratic = true
    facts.elementsAlong = 32
    facts.slenderness = 2
    let (change, method, reason) = Self.table[row]
    change(&facts)
    #expect(SolverChoice(facts) == SolverChoice(method: method, reason: reason))
  }

  @Test(
    "a material's stiffness ratio is that of volume to shape, (1 + nu) / (1 - 2 nu)",
    arguments: [0.0, 0.3, 0.49])
  func stiffnessRatio(_ poisson: Double) {
    let ratio = Elasticity.isotropic(young: 7, poisson: poisson).stiffnessRatio
    #expect(abs(ratio - (1 + poisson) / (1 - 2 * poisson)) < 1e-9 * ratio)
  }

  @Test("the shape of a body is measured", arguments: [ElementKind.c3d8, .c3d20r, .c3d15])
  func shape(_ kind: ElementKind) {
    let shape = BodyShape(Bodies.brick(kind, cells: [10, 2, 2], size: [100, 8, 8]))
    #expect(abs(shape.aspectRatio - 2.5) < 0.01 || kind == .c3d15)
    #expect(abs(shape.slenderness - 12.5) < 0.01)
    #expect(abs(shape.elementsAlong - 10) < 0.01)
  }
}

/// A cantilever with its mesh distorted, clamped at x = 0 and pulled at the other end.
enum Beam {
  static func cells(_ kind: ElementKind) -> SIMD3<Int> {
    switch kind.cornerCount {
    case 4: [8, 4, 4]
    case _: kind.middles.isEmpty ? [20, 10, 10] : [12, 6, 6]
    }
  }

  static func deck(
    _ kind: ElementKind, cells: SIMD3<Int>, _ elasticity: Elasticity = Bodies.steel,
    shape: (SIMD3<Double>) -> SIMD3<Double> = Beam.distort
  ) -> Deck {
    let mesh = Bodies.brick(kind, cells: cells, size: [2, 1, 1], shape: shape)
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x < 1e-9 }) { _ in [0, 0, 0] }
    for node in 0..<mesh.nodeCount where mesh.position(of: node).x > 1.99 {
      step.forces.append(PointLoad(freedom: 3 * node + 2, value: -1))
      step.forces.append(PointLoad(freedom: 3 * node, value: 0.3))
    }
    return Bodies.deck(mesh, elasticity, steps: [step])
  }

  /// Moves nodes inside, and the ends within themselves.
  static func distort(_ p: SIMD3<Double>) -> SIMD3<Double> {
    let wave = p.x * (2 - p.x)
    let bump = wave * p.y * (1 - p.y) * p.z * (1 - p.z)
    return p + [0.9 * bump, 0.08 * wave * p.z + 0.7 * bump, 0.1 * wave - 0.8 * bump]
  }

  static func solve(
    _ deck: Deck, _ solver: String, threads: Int
  ) throws -> ([Double], SolutionReport) {
    var deck = deck
    deck.request(solver: solver)
    var statics = LinearStatic(deck: deck, SolverSettings(threads: threads))
    let frame = try statics.solve(deck.steps[0])
    return (frame.displacements, statics.solution)
  }

  /// The end of the beam is an edge: the last elements are collapsed to wedges.
  static func wedged(_ kind: ElementKind) -> Deck {
    deck(kind, cells: [6, 3, 3]) { [$0.x, $0.y, $0.x > 1.99 ? 0.5 : $0.z] }
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    let largest = a.reduce(0) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }
}

extension Deck {
  mutating func request(solver: String) {
    for index in steps.indices {
      steps[index].procedure = .linearStatic(StaticRequest(solver: solver))
    }
  }
}
