import LinearAlgebra

/// Temperatures of a body, and what they do to its elastic elements.
struct ThermalState: Sendable {
  let deck: Deck
  /// By node.
  let temperatures: [Double]
  /// Where the thermal strain is zero.
  let initial: [Double]

  /// nil when temperatures change neither strains nor elastic constants.
  init?(_ deck: Deck, temperatures: [Double], initial: [Double]) {
    let matters = deck.sections.contains {
      $0.hasVariableElasticity || $0.material.expansion != nil
    }
    guard matters, !temperatures.isEmpty else { return nil }
    self.deck = deck
    self.temperatures = temperatures
    self.initial = initial
  }

  /// Temperatures at the points of an element.
  final class Workspace {
    let geometry = ElementGeometry()
    let scratch = Buffer(repeating: 0.0, count: 9)
    fileprivate let now = Buffer(repeating: 0.0, count: ElementTable.mostPoints)
    fileprivate let initial = Buffer(repeating: 0.0, count: ElementTable.mostPoints)
  }

  /// What holds at one integration point.
  struct Point {
    let elasticity: Elasticity
    /// Stress that would suppress the thermal strain, D eps_th; zero for what does not expand.
    let stress: [Double]
    /// Tensor shear.
    let strain: [Double]
  }

  /// The elastic constants by which the element is integrated: those at its mean temperature.
  func meanElasticity(of element: Int, _ workspace: Workspace) -> Elasticity {
    let section = deck.sections[deck.sectionOfElement[element]]
    deck.mesh.loadPointTemperatures(temperatures, of: element, into: workspace.now.view)
    return section.elasticity(
      at: mean(workspace.now.view, element), deck.mesh.middle(of: element))
  }

  /// Whether the elastic constants differ between the points of the element.
  func varies(within element: Int, _ workspace: Workspace) -> Bool {
    guard deck.sections[deck.sectionOfElement[element]].hasVariableElasticity else { return false }
    deck.mesh.loadPointTemperatures(temperatures, of: element, into: workspace.now.view)
    if deck.sections[deck.sectionOfElement[element]].hasVaryingAxes { return true }
    let now = workspace.now.view
    let count = deck.mesh.table(of: element).pointCount
    let scale = max(abs(now[0]), 1)
    return (1..<max(count, 1)).contains { abs(now[$0] - now[0]) > 1e-12 * scale }
  }

  /// What holds at the points of an element.
  func points(of element: Int, _ workspace: Workspace) -> [Point] {
    deck.mesh.loadPointTemperatures(temperatures, of: element, into: workspace.now.view)
    deck.mesh.loadPointTemperatures(initial, of: element, into: workspace.initial.view)
    return (0..<deck.mesh.table(of: element).pointCount).map { point in
      let section = deck.section(ofPoint: point, of: element)
      let temperature = workspace.now.view[point]
      let place = deck.mesh.position(ofPoint: point, of: element)
      let elasticity = section.elasticity(at: temperature, place)
      let strain =
        section.thermalStrain(from: workspace.initial.view[point], to: temperature, at: place)
        ?? [0, 0, 0, 0, 0, 0]
      return Point(
        elasticity: elasticity, stress: elasticity.stress(ofTensor: strain), strain: strain)
    }
  }

  private func mean(_ values: MutableView<Double>, _ element: Int) -> Double {
    let count = deck.mesh.table(of: element).pointCount
    return (0..<count).reduce(0) { $0 + values[$1] } / Double(count)
  }
}

extension Elasticity {
  /// D times a strain with tensor shear, order xx yy zz xy xz yz.
  func stress(ofTensor strain: [Double]) -> [Double] {
    (0..<6).map { row in
      var sum = 0.0
      for column in 0..<6 {
        let engineering = column < 3 ? strain[column] : 2 * strain[column]
        sum += matrix[6 * row + column] * engineering
      }
      return sum
    }
  }
}
