import Glibc
import LinearAlgebra
import Testing

@testable import FiniteElements

/// Heat transfer against closed forms and published benchmarks.
@Suite("heat transfer") struct HeatTransferTests {
  /// Iterations and factors leave rounding only.
  static let rounding = 1e-9

  @Test("a bar with a film at its end has the linear temperature of the closed form")
  func film() throws {
    for kind in ElementKind.solids {
      let mesh = Bodies.brick(kind, cells: [4, 1, 1], size: [2, 0.5, 0.5])
      var step = HeatBodies.step()
      for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(100) }
      step.load(mesh.faces(where: 0, is: 2), .film(HeatLoad.Sink(temperature: 20)), 10)
      let material = HeatBodies.material(conductivity: TemperatureTable(constant: [50]))
      let deck = HeatBodies.deck(mesh, material, step)
      let field = try HeatBodies.temperatures(deck, HeatTransferRequest(isSteady: true))
      // k (100 - T) / L = h (T - 20).
      let (bar, air): (Double, Double) = (25, 10)
      let end = (bar * 100 + air * 20) / (bar + air)
      for node in 0..<mesh.nodeCount {
        let exact = 100 + (end - 100) * mesh.position(of: node).x / 2
        #expect(abs(field[node] - exact) < Self.rounding * 100, "\(kind.name)")
      }
    }
  }

  @Test("hourglass temperatures conduct in a cube of one point what they do under full integration")
  func hourglass() throws {
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [50]))
    let shapes: [(SIMD3<Double>) -> Double] = [
      { $0.y * $0.z }, { $0.z * $0.x }, { $0.x * $0.y }, { 1 + $0.x - 2 * $0.y },
    ]
    for shape in shapes {
      let losses = [ElementKind.c3d8, .c3d8r].map { kind in
        let mesh = Bodies.brick(kind, cells: [1, 1, 1], size: [0.2, 0.2, 0.2])
        let deck = HeatBodies.deck(mesh, material, HeatBodies.step())
        let field = (0..<8).map { shape(mesh.position(of: $0) / 0.1 - SIMD3(repeating: 1)) }
        let element = HeatElement(deck)
        let matrix = Buffer(repeating: 0.0, count: 64)
        guard element.load(0, deck, field, change: field) else { return 0.0 }
        fillConduction(element, mesh.table(of: 0), rate: 0, into: matrix.view)
        let nodes = Array(mesh.nodes(of: 0))
        var loss = 0.0
        for a in 0..<8 {
          for b in 0..<8 { loss += field[nodes[a]] * matrix.view[8 * a + b] * field[nodes[b]] }
        }
        return loss
      }
      #expect(abs(losses[1] / losses[0] - 1) < Self.rounding)
    }
  }

  @Test("conductivity that grows with temperature gives the parabola of Kirchhoff's transformation")
  func variableConductivity() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [16, 1, 1], size: [1, 0.1, 0.1])
    var step = HeatBodies.step()
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(0) }
    for node in mesh.nodes(where: 0, is: 1) { step.prescribedTemperatures[node] = .value(100) }
    let table = TemperatureTable([
      .init(temperature: 0, [10]), .init(temperature: 100, [30]),
    ])
    let deck = HeatBodies.deck(mesh, HeatBodies.material(conductivity: table), step)
    let field = try HeatBodies.temperatures(deck, HeatTransferRequest(isSteady: true))
    // 10 T + 0.1 T^2 is linear in x.
    for node in mesh.nodes(where: 0, is: 0.5) {
      let exact = (500.0.squareRoot() - 10) / 0.2
      #expect(abs(field[node] - exact) < 1e-3 * exact)
    }
  }

  @Test("NAFEMS T2: a bar that radiates from its end has 927.0 K there")
  func radiation() throws {
    let mesh = Bodies.brick(.c3d20, cells: [10, 1, 1], size: [0.1, 0.01, 0.01])
    var step = HeatBodies.step()
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(1000) }
    step.load(mesh.faces(where: 0, is: 0.1), .radiation(HeatLoad.Sink(temperature: 300)), 0.98)
    let material = HeatBodies.material(
      conductivity: TemperatureTable(constant: [55.563]), density: 7850, specificHeat: 460)
    var deck = HeatBodies.deck(mesh, material, step)
    deck.physicalConstants = PhysicalConstants(absoluteZero: 0, stefanBoltzmann: 5.67e-8)
    let field = try HeatBodies.temperatures(deck, HeatTransferRequest(isSteady: true))
    // The target has one decimal.
    for node in mesh.nodes(where: 0, is: 0.1) { #expect(abs(field[node] - 927.0) < 0.1) }
  }

  @Test(
    "NAFEMS T3: a bar with an oscillating end temperature has 36.60 degrees at 0.08 m after 32 s")
  func oscillatingEnd() throws {
    let mesh = Bodies.brick(.c3d20, cells: [40, 1, 1], size: [0.1, 0.0025, 0.0025])
    var step = HeatBodies.step(period: 32)
    let wave = Amplitude(
      isTotalTime: false,
      points: (0...640).map {
        let time = Double($0) / 20
        return Amplitude.Point(time: time, value: 100 * sin(.pi * time / 40))
      })
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(0) }
    for node in mesh.nodes(where: 0, is: 0.1) {
      step.prescribedTemperatures[node] = .value(1, TimeCourse(amplitude: wave, delay: 0))
    }
    let material = HeatBodies.material(
      conductivity: TemperatureTable(constant: [35]), density: 7200, specificHeat: 440.5)
    let deck = HeatBodies.deck(mesh, material, step)
    let request = HeatTransferRequest(increments: TimeIncrements(initial: 0.1, isFixed: true))
    let field = try HeatBodies.temperatures(deck, request)
    // Backward Euler with 320 increments; the storage of the moving end is left out.
    for node in mesh.nodes(where: 0, is: 0.08) { #expect(abs(field[node] - 36.60) < 0.01 * 36.60) }
  }

  @Test("NAFEMS T4: a plate with convection has 18.3 degrees at its benchmark point")
  func convection() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [12, 20, 1], size: [0.6, 1, 0.05])
    var step = HeatBodies.step()
    for node in mesh.nodes(where: 1, is: 0) { step.prescribedTemperatures[node] = .value(100) }
    let air = HeatLoad.Kind.film(HeatLoad.Sink(temperature: 0))
    step.load(mesh.faces(where: 0, is: 0.6), air, 750)
    step.load(mesh.faces(where: 1, is: 1), air, 750)
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [52]))
    let deck = HeatBodies.deck(mesh, material, step)
    let field = try HeatBodies.temperatures(deck, HeatTransferRequest(isSteady: true))
    let place = mesh.nodes(where: 0, is: 0.6).filter { abs(mesh.position(of: $0).y - 0.2) < 1e-9 }
    // The target is rounded to one decimal.
    for node in place { #expect(abs(field[node] - 18.3) < 0.1) }
  }

  @Test("a body that hardly resists cools by the formula of backward Euler, in the first order")
  func cooling() throws {
    let mesh = Bodies.brick(.c3d8, cells: [1, 1, 1], size: [1, 1, 1])
    let material = HeatBodies.material(
      conductivity: TemperatureTable(constant: [1e9]), density: 2, specificHeat: 3)
    func end(_ count: Int) throws -> Double {
      var step = HeatBodies.step(period: 2)
      step.load(mesh.faces(where: 0, is: 1), .film(HeatLoad.Sink(temperature: 10)), 6)
      var deck = HeatBodies.deck(mesh, material, step)
      for node in 0..<mesh.nodeCount { deck.initialTemperatures[node] = 110 }
      let increments = TimeIncrements(initial: 2 / Double(count), isFixed: true)
      let field = try HeatBodies.temperatures(deck, HeatTransferRequest(increments: increments))
      return field[0]
    }
    // dT/dt = -(T - 10).
    let exact = 10 + 100 * exp(-2.0)
    var errors: [Double] = []
    for count in [20, 40] {
      let found = try end(count)
      let euler = 10 + 100 / pow(1 + 2 / Double(count), Double(count))
      #expect(abs(found - euler) < 1e-5 * euler)
      errors.append(found - exact)
    }
    #expect(abs(log2(errors[0] / errors[1]) - 1) < 0.05)
  }

  @Test("a transient step that has come far enough ends with the increment it has reached")
  func farEnough() throws {
    let mesh = Bodies.brick(.c3d8, cells: [2, 1, 1], size: [1, 1, 1])
    let material = HeatBodies.material(
      conductivity: TemperatureTable(constant: [4]), density: 2, specificHeat: 3)
    func end(period: Double, _ observer: Observer) throws -> [Double] {
      var step = HeatBodies.step(period: period)
      step.loadCourse = .step
      for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(100) }
      return try HeatBodies.temperatures(
        HeatBodies.deck(mesh, material, step),
        HeatTransferRequest(increments: TimeIncrements(initial: 0.1, isFixed: true)),
        observer: observer)
    }
    let early = Observer(progress: { _, _, metrics in metrics[.time].map { $0 >= 0.5 } ?? false })
    let (half, stopped) = (try end(period: 0.5, Observer()), try end(period: 2, early))
    #expect(zip(half, stopped).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(try end(period: 2, Observer()) != half)
  }

  @Test("a bar whose end is heated suddenly follows Fourier's series")
  func suddenHeat() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [20, 1, 1], size: [1, 0.05, 0.05])
    var step = HeatBodies.step(period: 0.2)
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(1) }
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [1]))
    let increments = TimeIncrements(initial: 0.0005, isFixed: true)
    let field = try HeatBodies.temperatures(
      HeatBodies.deck(mesh, material, step), HeatTransferRequest(increments: increments))
    // Insulated at x = 1: T = 1 - sum 4 / (n pi) sin(n pi x / 2) exp(-(n pi / 2)^2 t), n odd.
    for x in [0.25, 0.5, 1] {
      let series = stride(from: 1.0, through: 41, by: 2).reduce(1.0) { sum, n in
        let wave = n * .pi / 2
        return sum - 2 / wave * sin(wave * x) * exp(-wave * wave * 0.2)
      }
      for node in mesh.nodes(where: 0, is: x) { #expect(abs(field[node] - series) < 3e-3) }
    }
  }

  @Test("what flows in through loads flows out where temperatures are prescribed")
  func balance() throws {
    let mesh = Bodies.brick(.c3d10, cells: [2, 2, 2], size: [1, 1, 1]) {
      $0 + SIMD3(0.1 * $0.z + 0.05 * $0.y, 0, 0)
    }
    var step = HeatBodies.step()
    for node in mesh.nodes(where: 2, is: 0) { step.prescribedTemperatures[node] = .value(20) }
    step.load(mesh.faces(where: 2, is: 1), .flux, 30)
    for element in 0..<mesh.elementCount {
      step.heatLoads.append(
        HeatLoad(element: element, place: .body, kind: .flux, magnitude: 7))
    }
    step.heatFlows = [PointLoad(freedom: mesh.nodes(where: 2, is: 1)[0], value: 11)]
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [5, 3, 4]))
    let deck = HeatBodies.deck(mesh, material, step)
    var solver = try HeatSolver(
      deck, step, HeatTransferRequest(), SolverSettings(threads: 1), observer: Observer())
    let factors = LoadFactors(stepTime: 1, totalTime: 1, share: 1, earlier: EarlierLoads())
    let start = [Double](repeating: 20, count: mesh.nodeCount)
    let conditions = HeatConditions(deck, step, factors, temperatures: start)
    let outcome = try solver.solve(
      from: start, prescribed: start, conditions, rate: 0, largestChange: .infinity)
    guard case .converged(let balance, _, _) = outcome else {
      Issue.record("a linear problem did not converge")
      return
    }
    // 30 on an area of 1, 11 into a node, 7 in a volume of 1.
    #expect(abs(balance.residual.reduce(0, +) - 48) < Self.rounding * 48)
    #expect(abs(balance.conduction.reduce(0, +)) < Self.rounding * 48)
    for node in 0..<mesh.nodeCount where step.prescribedTemperatures[node] == nil {
      #expect(abs(balance.residual[node]) < Self.rounding * 48)
    }
  }

  @Test("twenty equal increments need one factor")
  func oneFactor() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [4, 1, 1], size: [1, 0.25, 0.25])
    var step = HeatBodies.step(period: 20)
    for node in mesh.nodes(where: 0, is: 0) { step.prescribedTemperatures[node] = .value(1) }
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [1]))
    let deck = HeatBodies.deck(mesh, material, step)
    var solver = try HeatSolver(
      deck, step, HeatTransferRequest(), SolverSettings(threads: 1), observer: Observer())
    var field = [Double](repeating: 0, count: mesh.nodeCount)
    var prescribed = field
    for node in step.prescribedTemperatures.keys { prescribed[node] = 1 }
    let factors = LoadFactors(stepTime: 1, totalTime: 1, share: 1, earlier: EarlierLoads())
    let conditions = HeatConditions(deck, step, factors, temperatures: field)
    for _ in 0..<20 {
      let outcome = try solver.solve(
        from: field, prescribed: prescribed, conditions, rate: 1, largestChange: .infinity)
      if case .converged(_, let temperatures, _) = outcome { field = temperatures }
    }
    #expect(solver.factorisations == 1)
    #expect(field.allSatisfy { $0 > 0.99 })
  }

  @Test("without a prescribed temperature or film the deck's author is told")
  func floating() throws {
    let mesh = Bodies.brick(.c3d8, cells: [1, 1, 1], size: [1, 1, 1])
    let material = HeatBodies.material(conductivity: TemperatureTable(constant: [1]))
    let deck = HeatBodies.deck(mesh, material, HeatBodies.step())
    #expect(throws: AnalysisError.self) {
      try HeatBodies.temperatures(deck, HeatTransferRequest(isSteady: true))
    }
  }
}
