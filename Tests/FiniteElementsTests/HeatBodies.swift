@testable import FiniteElements

/// Bars and plates for tests of heat.
enum HeatBodies {
  /// Steel-like constants of the NAFEMS benchmarks' size.
  static func material(
    conductivity: TemperatureTable, density: Double = 1, specificHeat: Double = 1
  ) -> Material {
    var material = Material(name: "M", elasticity: Bodies.steel, density: density)
    material.densities = TemperatureTable(constant: [density])
    material.specificHeat = TemperatureTable(constant: [specificHeat])
    material.conductivity = TensorTable(conductivity)
    return material
  }

  static func deck(_ mesh: Mesh, _ material: Material, _ step: Step) -> Deck {
    Deck(
      mesh: mesh,
      sections: [
        Section(
          material: material, orientation: nil,
          elasticity: material.elasticity ?? Bodies.steel)
      ],
      sectionOfElement: [Int](repeating: 0, count: mesh.elementCount), materials: [material],
      companions: Companions(labelledCount: mesh.nodeCount), steps: [step])
  }

  static func step(period: Double = 1) -> Step {
    var step = Step(number: 1, place: Place(file: "test.inp", line: 1))
    step.period = period
    step.endTime = period
    return step
  }

  /// The temperatures that a heat step leads to, by node.
  static func temperatures(
    _ deck: Deck, _ request: HeatTransferRequest, observer: Observer = Observer()
  ) throws -> [Double] {
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: observer,
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.runHeatTransfer(deck.steps[0], request)
    let temperatures = analysis.state.temperatures
    _ = try analysis.finish()
    return temperatures
  }
}

extension Mesh {
  /// The nodes at a place along an axis.
  func nodes(where coordinate: Int, is value: Double) -> [Int] {
    (0..<nodeCount).filter { abs(position(of: $0)[coordinate] - value) < 1e-9 }
  }

  /// The element faces all of whose nodes lie at a place along an axis.
  func faces(where coordinate: Int, is value: Double) -> [(element: Int, face: Int)] {
    let there = Set(nodes(where: coordinate, is: value))
    return (0..<elementCount).flatMap { element in
      let nodes = Array(nodes(of: element))
      return elementKinds[element].reference.faces.enumerated()
        .filter { $0.element.allSatisfy { there.contains(nodes[$0]) } }
        .map { (element, $0.offset) }
    }
  }
}

extension Step {
  /// Adds a heat load on each of some faces.
  mutating func load(
    _ faces: [(element: Int, face: Int)], _ kind: HeatLoad.Kind, _ magnitude: Double
  ) {
    heatLoads += faces.map {
      HeatLoad(element: $0.element, place: .face($0.face), kind: kind, magnitude: magnitude)
    }
  }
}
