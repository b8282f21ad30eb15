import Testing

@testable import FiniteElements

/// Temperatures by conjugate gradients beside those by a factor.
@Suite("iterative solvers of heat") struct HeatIterationTests {
  /// Largest difference over largest temperature that a residual of 1e-9 leaves.
  static let tolerance = 1e-7

  private static func solve(
    _ deck: Deck, _ request: HeatTransferRequest, _ solver: String
  ) throws -> (temperatures: [Double], report: SolutionReport) {
    var request = request
    request.solver = solver
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 2), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.runHeatTransfer(deck.steps[0], request)
    let temperatures = analysis.state.temperatures
    return (temperatures, try analysis.finish().solution)
  }

  /// A block with one end held, a film on the other, flux on top and a source within.
  private static func block(
    _ kind: ElementKind, _ conductivity: TemperatureTable, cells: SIMD3<Int> = [24, 12, 12]
  ) -> Deck {
    let mesh = Bodies.brick(kind, cells: cells, size: [2, 1, 1], shape: Beam.distort)
    var step = HeatBodies.step(period: 10)
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(100) }
    step.load(mesh.faces(where: 0, is: 2), .film(HeatLoad.Sink(temperature: 20)), 3)
    for element in 0..<mesh.elementCount where element % 7 == 0 {
      step.heatLoads.append(
        HeatLoad(element: element, place: .body, kind: .flux, magnitude: 200))
    }
    return HeatBodies.deck(
      mesh, HeatBodies.material(conductivity: conductivity, specificHeat: 2), step)
  }

  @Test(
    "steady temperatures are those of the direct solution",
    arguments: [ElementKind.c3d8, .c3d4, .c3d20r])
  func steady(_ kind: ElementKind) throws {
    let cells: SIMD3<Int> = kind == .c3d20r ? [10, 5, 5] : [24, 12, 12]
    let deck = Self.block(kind, TemperatureTable(constant: [5, 3, 4]), cells: cells)
    let request = HeatTransferRequest(isSteady: true)
    let (direct, first) = try Self.solve(deck, request, "SPOOLES")
    let (iterated, report) = try Self.solve(deck, request, "ITERATIVE SCALING")
    #expect(first.method == .direct && first.reason == "the deck asks for SOLVER=SPOOLES")
    #expect(report.method == .assembledMultigrid)
    #expect((first.factorOperations ?? 0) > 0 && first.iterationBytes == nil)
    #expect((report.iterationBytes ?? 0) > 0 && report.factorOperations == nil)
    #expect((report.residual ?? 1) <= 2e-9 && (1...60).contains(report.iterations ?? 0))
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test("so are those after equal increments of time, with constraints")
  func transient() throws {
    var deck = Self.block(.c3d8, TemperatureTable(constant: [5]))
    let top = deck.mesh.nodes(where: 0, is: 2)
    deck.steps[0].temperatureConstraints = top.dropFirst().map {
      LinearConstraint([.init($0, 1), .init(top[0], -1)], place: Place(file: "test.inp", line: 3))
    }
    let request = HeatTransferRequest(
      isSteady: false, increments: TimeIncrements(initial: 2, isFixed: true))
    let (direct, _) = try Self.solve(deck, request, "DIRECT")
    let (iterated, report) = try Self.solve(deck, request, "ITERATIVE")
    #expect(report.method == .assembledMultigrid)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test("so are those with conductivity that depends on temperature")
  func variable() throws {
    let table = TemperatureTable([
      .init(temperature: 0, [4]), .init(temperature: 200, [9]),
    ])
    let deck = Self.block(.c3d8, table)
    let request = HeatTransferRequest(isSteady: true)
    let (direct, _) = try Self.solve(deck, request, "DIRECT")
    let (iterated, report) = try Self.solve(deck, request, "ITERATIVE")
    #expect(report.method == .assembledMultigrid)
    #expect(Beam.distance(direct, iterated) < Self.tolerance)
  }

  @Test("where iterations do not converge the direct solution is given, which is said")
  func fallback() throws {
    var deck = Self.block(.c3d8, TemperatureTable(constant: [1]))
    // Conductivities that differ by more than single precision can hold, from element to element.
    var poor = deck.sections[0].material
    poor.conductivity = TensorTable(TemperatureTable(constant: [1, 1e9, 1]))
    deck.sections.append(Section(material: poor, orientation: nil, elasticity: Bodies.steel))
    for element in deck.sectionOfElement.indices where element % 3 == 0 {
      deck.sectionOfElement[element] = 1
    }
    let request = HeatTransferRequest(isSteady: true)
    let (direct, _) = try Self.solve(deck, request, "DIRECT")
    let (iterated, report) = try Self.solve(deck, request, "ITERATIVE")
    #expect(report.method == .direct && report.iterations == nil)
    #expect(
      report.reason.hasPrefix("conjugate gradients did not converge in ")
        || report.reason == "the equations are too ill-conditioned for single precision")
    // The same factor, which BLAS may share among one or two threads.
    #expect(Beam.distance(direct, iterated) < 1e-7)
  }

  @Test("how many solutions share a matrix follows from the increments")
  func solutions() {
    let fixed = TimeIncrements(initial: 0.5, isFixed: true)
    #expect(HeatTransferRequest(increments: fixed).solutionsWithOneMatrix(10) == 20)
    #expect(HeatTransferRequest(isSteady: true).solutionsWithOneMatrix(1) == 1)
    #expect(
      HeatTransferRequest(increments: TimeIncrements(initial: 0.5)).solutionsWithOneMatrix(10) == 1)
  }
}
