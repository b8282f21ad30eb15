import Testing

@testable import FiniteElements

/// Strains and stresses that temperatures cause, against closed forms.
@Suite("thermal stress") struct ThermalStressTests {
  static let rounding = 1e-10

  private static func frame(
    _ mesh: Mesh, _ section: Section, temperature: Double, initial: Double = 0,
    _ fill: (inout Step) -> Void
  ) throws -> Frame {
    var step = HeatBodies.step()
    fill(&step)
    step.elementFile = [.strain, .mechanicalStrain]
    for node in 0..<mesh.nodeCount { step.temperatures[node] = .value(temperature) }
    var deck = HeatBodies.deck(mesh, section.material, step)
    deck.sections = [section]
    for node in 0..<mesh.nodeCount { deck.initialTemperatures[node] = initial }
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    analysis.takeTemperatures(of: step)
    let frame = try analysis.staticFrame(step)
    _ = try analysis.finish()
    return frame
  }

  /// Holds six freedoms of a brick at the origin, so that it may expand.
  private static func support(_ mesh: Mesh, _ step: inout Step, size: Double) {
    func node(_ place: SIMD3<Double>) -> Int {
      (0..<mesh.nodeCount).first { length(mesh.position(of: $0) - place) < 1e-9 } ?? 0
    }
    let (origin, x, y) = (node([0, 0, 0]), node([size, 0, 0]), node([0, size, 0]))
    for freedom in [3 * origin, 3 * origin + 1, 3 * origin + 2, 3 * x + 1, 3 * x + 2, 3 * y + 2] {
      step.prescribed[freedom] = .value(0)
    }
  }

  @Test("a body that may expand does so without stress, in every direction by its own coefficient")
  func free() throws {
    for kind in ElementKind.solids {
      let mesh = Bodies.brick(kind, cells: [2, 2, 2], size: [1, 1, 1])
      var material = Material(name: "M", elasticity: Bodies.steel)
      material.expansion = Expansion(
        TensorTable(TemperatureTable(constant: [1e-5, 2e-5, 3e-5])), zero: 50)
      let section = Section(material: material, orientation: nil, elasticity: Bodies.steel)
      let frame = try Self.frame(mesh, section, temperature: 120, initial: 20) {
        Self.support(mesh, &$0, size: 1)
      }
      for node in 0..<mesh.nodeCount {
        let exact = 100 * SIMD3(1e-5, 2e-5, 3e-5) * mesh.position(of: node)
        for direction in 0..<3 {
          let found = frame.displacements[3 * node + direction]
          #expect(abs(found - exact[direction]) < 1e-9 * 3e-3, "\(kind.name)")
        }
      }
      #expect(frame.fields.stress.allSatisfy { abs($0) < 1e-7 }, "\(kind.name)")
      #expect(frame.fields.mechanicalStrain.allSatisfy { abs($0) < 1e-12 })
    }
  }

  @Test(
    "a body that is held has -E alpha dT / (1 - 2 nu) in all directions, and pushes its supports")
  func held() throws {
    for kind in ElementKind.solids {
      let mesh = Bodies.brick(kind, cells: [1, 1, 1], size: [1, 1, 1])
      var material = Material(name: "M", elasticity: Bodies.steel)
      material.expansion = Expansion(TensorTable(TemperatureTable(constant: [1e-5])))
      let section = Section(material: material, orientation: nil, elasticity: Bodies.steel)
      let frame = try Self.frame(mesh, section, temperature: 100) { step in
        for freedom in 0..<(3 * mesh.nodeCount) { step.prescribed[freedom] = .value(0) }
      }
      let exact = -210_000 * 1e-3 / (1 - 2 * 0.3)
      for (place, stress) in frame.fields.stress.enumerated() {
        #expect(abs(stress - (place % 6 < 3 ? exact : 0)) < -Self.rounding * exact, "\(kind.name)")
      }
      let push = mesh.nodes(where: 0, is: 1).reduce(0) { $0 + frame.internalForces[3 * $1] }
      #expect(abs(push - exact) < -Self.rounding * exact)
    }
  }

  @Test("in a hot body that is held all around nothing moves, and nothing is left to correct")
  func heldAround() throws {
    for kind in ElementKind.solids {
      let size = SIMD3(1.1, 0.9, 1.3)
      let mesh = Bodies.brick(kind, cells: [3, 3, 3], size: size)
      var material = Material(name: "M", elasticity: Bodies.steel)
      material.expansion = Expansion(TensorTable(TemperatureTable(constant: [1e-5])))
      let section = Section(material: material, orientation: nil, elasticity: Bodies.steel)
      let frame = try Self.frame(mesh, section, temperature: 100) { step in
        for direction in 0..<3 {
          for place in [0, size[direction]] {
            for node in mesh.nodes(where: direction, is: place) {
              for freedom in 0..<3 { step.prescribed[3 * node + freedom] = .value(0) }
            }
          }
        }
      }
      #expect(frame.displacements.allSatisfy { abs($0) < 1e-15 }, "\(kind.name)")
      let exact = -210_000 * 1e-3 / (1 - 2 * 0.3)
      #expect(frame.fields.stress.contains { abs($0 - exact) < -Self.rounding * exact })
    }
  }

  @Test("elastic constants are those of the temperature, secant expansion counts from its zero")
  func variable() throws {
    let mesh = Bodies.brick(.c3d20, cells: [2, 1, 1], size: [2, 1, 1])
    var material = Material(name: "M", elasticity: Bodies.steel)
    material.elastic = ElasticConstants(
      .isotropic,
      TemperatureTable([
        .init(temperature: 0, [200_000, 0]), .init(temperature: 1000, [100_000, 0]),
      ]))
    material.expansion = Expansion(
      TensorTable(
        TemperatureTable([.init(temperature: 0, [1e-5]), .init(temperature: 1000, [2e-5])])),
      zero: 0)
    let section = Section(material: material, orientation: nil, elasticity: Bodies.steel)
    let frame = try Self.frame(mesh, section, temperature: 500, initial: 100) { step in
      for node in 0..<mesh.nodeCount { step.prescribed[3 * node] = .value(0) }
      Self.support(mesh, &step, size: 1)
    }
    // E = 150 000; eps = 1.5e-5 * 500 - 1.1e-5 * 100.
    let exact = -150_000 * (1.5e-5 * 500 - 1.1e-5 * 100)
    for point in 0..<(frame.fields.stress.count / 6) {
      #expect(abs(frame.fields.stress[6 * point] - exact) < 1e-8 * -exact)
    }
  }

  @Test(
    "a bar with two ends of different stiffness, by a temperature that varies, carries one force")
  func variableAlongBar() throws {
    // E falls from 200 000 to 100 000 along the bar; stretched by 1e-3 with no expansion.
    let mesh = Bodies.brick(.c3d20, cells: [8, 1, 1], size: [1, 0.1, 0.1])
    var material = Material(name: "M", elasticity: Bodies.steel)
    material.elastic = ElasticConstants(
      .isotropic,
      TemperatureTable([
        .init(temperature: 0, [200_000, 0]), .init(temperature: 1, [100_000, 0]),
      ]))
    let section = Section(material: material, orientation: nil, elasticity: Bodies.steel)
    let frame = try Self.frame(mesh, section, temperature: 0) { step in
      Self.support(mesh, &step, size: 0.1)
      for node in mesh.nodes(where: 0, is: 0) { step.prescribed[3 * node] = .value(0) }
      for node in mesh.nodes(where: 0, is: 1) { step.prescribed[3 * node] = .value(1e-3) }
    }
    // With one temperature everywhere: sigma = E eps.
    #expect(abs(frame.fields.stress[0] - 200) < 1e-6)
    var deck = HeatBodies.deck(mesh, material, frame.step)
    deck.sections = [section]
    for node in 0..<mesh.nodeCount {
      deck.steps[0].temperatures[node] = .value(mesh.position(of: node).x)
    }
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    analysis.takeTemperatures(of: deck.steps[0])
    let graded = try analysis.staticFrame(deck.steps[0])
    _ = try analysis.finish()
    // sigma = 1e-3 / integral of dx / E = 1e-3 * 100 000 / ln 2.
    let exact = 100 / 0.693_147_180_559_945
    let pull = mesh.nodes(where: 0, is: 1).reduce(0) { $0 + graded.internalForces[3 * $1] }
    #expect(abs(pull / 0.01 - exact) < 1e-4 * exact)
  }

  @Test("orthotropic expansion follows the orientation of the section")
  func orientation() throws {
    let mesh = Bodies.brick(.c3d8, cells: [1, 1, 1], size: [1, 1, 1])
    var material = Material(name: "M", elasticity: Bodies.steel)
    material.expansion = Expansion(TensorTable(TemperatureTable(constant: [1e-5, 0, 0])))
    let turned = Orientation(name: "O", first: [0, 1, 0], second: [-1, 0, 0], turn: nil)
    let section = Section(material: material, orientation: turned, elasticity: Bodies.steel)
    let frame = try Self.frame(mesh, section, temperature: 100) {
      Self.support(mesh, &$0, size: 1)
    }
    let exact = [0, 1e-3, 0, 0, 0, 0]
    for (place, strain) in frame.fields.strain.enumerated() {
      #expect(abs(strain - exact[place % 6]) < 1e-14)
    }
  }

  @Test("the temperature at integration points keeps linear fields, and is trilinear in a C3D20")
  func pointTemperatures() {
    for kind in ElementKind.solids {
      let table = PointTemperatures.all[kind.rawValue]
      for (point, place) in kind.quadrature.map(\.position).enumerated() {
        let weights = table.weights[(table.nodeCount * point)..<(table.nodeCount * (point + 1))]
        #expect(abs(weights.reduce(0, +) - 1) < 1e-12, "\(kind.name)")
        let isMean = table.nodeCount == 8 && table.pointCount == 8
        let linear = zip(weights, kind.reference.nodes).reduce(0.0) { $0 + $1.0 * $1.1.x }
        #expect(abs(linear - (isMean ? 0 : place.x)) < 1e-12, "\(kind.name)")
        // x^2 becomes its mean value 1/3.
        guard kind == .c3d20 else { continue }
        let square = zip(weights, kind.reference.nodes).reduce(0.0) { $0 + $1.0 * $1.1.x * $1.1.x }
        #expect(abs(square - 1.0 / 3) < 1e-12)
      }
    }
  }
}
