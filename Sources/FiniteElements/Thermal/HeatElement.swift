import LinearAlgebra

/// One element at a time: its geometry, and the constants at its integration points.
final class HeatElement {
  let geometry = ElementGeometry()
  /// Conductivity, shape `[points, 6]`, order xx yy zz xy xz yz.
  let conductivity = Buffer(repeating: 0.0, count: 6 * ElementKind.mostPoints)
  /// Heat per volume and degree.
  let capacity = Buffer(repeating: 0.0, count: ElementKind.mostPoints)
  /// Nodal temperatures, and their change in the increment.
  let temperatures = Buffer(repeating: 0.0, count: ElementKind.mostNodes)
  let changes = Buffer(repeating: 0.0, count: ElementKind.mostNodes)
  /// Heat flows at the nodes: by conduction, and missing for balance.
  let conduction = Buffer(repeating: 0.0, count: ElementKind.mostNodes)
  let residual = Buffer(repeating: 0.0, count: ElementKind.mostNodes)
  private let points = Buffer(repeating: 0.0, count: ElementKind.mostPoints)
  private let constants: [Constants]

  /// What does not depend on temperature; nil where it does.
  private struct Constants {
    let conductivity: [Double]?
    let capacity: Double?
  }

  /// What a section's conductivity and heat capacity are, unless they vary.
  func constants(of section: Int) -> (conductivity: [Double]?, capacity: Double?) {
    (constants[section].conductivity, constants[section].capacity)
  }

  init(_ deck: Deck) {
    constants = deck.sections.map { section in
      let material = section.material
      let isConstant =
        (material.conductivity?.table.isConstant ?? true) && section.orientation?.isUniform ?? true
      let stores =
        (material.densities?.isConstant ?? true) && (material.specificHeat?.isConstant ?? true)
      return Constants(
        conductivity: isConstant ? section.conductivity(at: 0, .zero) : nil,
        capacity: stores ? section.heatCapacity(at: 0) : nil)
    }
  }

  /// Loads coordinates, temperatures and constants.
  ///
  /// - Returns: false when the element is inverted or flat.
  func load(
    _ element: Int, _ deck: Deck, _ field: [Double], change: [Double]
  ) -> Bool {
    let mesh = deck.mesh
    let table = mesh.table(of: element)
    mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
    guard evaluate(geometry, table) else { return false }
    var place = 0
    for entry in mesh.connectivityStarts[element]..<mesh.connectivityStarts[element + 1] {
      temperatures.view[place] = field[mesh.connectivity[entry]]
      changes.view[place] = change[mesh.connectivity[entry]]
      place += 1
    }
    loadConductivity(element, deck, field, table)
    loadCapacity(element, deck, table)
    return true
  }

  private func loadConductivity(
    _ element: Int, _ deck: Deck, _ field: [Double], _ table: ElementTable
  ) {
    let section = deck.sectionOfElement[element]
    let conductivity = conductivity.view
    if let constant = constants[section].conductivity {
      for point in 0..<table.pointCount {
        for row in 0..<6 { conductivity[6 * point + row] = constant[row] }
      }
      return
    }
    deck.mesh.loadPointTemperatures(field, of: element, into: points.view)
    for point in 0..<table.pointCount {
      let values = deck.sections[section].conductivity(
        at: points.view[point], deck.mesh.position(ofPoint: point, of: element))
      for row in 0..<6 { conductivity[6 * point + row] = values[row] }
    }
  }

  private func loadCapacity(_ element: Int, _ deck: Deck, _ table: ElementTable) {
    let section = deck.sectionOfElement[element]
    if let constant = constants[section].capacity {
      for point in 0..<table.pointCount { capacity.view[point] = constant }
      return
    }
    for point in 0..<table.pointCount {
      var temperature = 0.0
      for a in 0..<table.nodeCount {
        temperature += table.basis[table.nodeCount * point + a] * temperatures.view[a]
      }
      capacity.view[point] = deck.sections[section].heatCapacity(at: temperature)
    }
  }
}

extension ElementKind {
  /// The most nodes of any element.
  static let mostNodes = allCases.map(\.nodeCount).max() ?? 0
}

/// Conductivity and storage of one element, shape `[nodes, nodes]`, overwritten:
/// A_ab = integral of grad N_a k grad N_b + c / dt N_a N_b [Zienkiewicz & Taylor, vol. 1].
func fillConduction(
  _ element: HeatElement, _ table: ElementTable, rate: Double, into matrix: MutableView<Double>
) {
  let nodes = table.nodeCount
  let stride = ElementGeometry.stride(nodes: nodes)
  let gradients = element.geometry.gradients.view
  let volumes = element.geometry.volumes.view
  let conductivity = element.conductivity.view
  let capacity = element.capacity.view
  for entry in 0..<(nodes * nodes) { matrix[entry] = 0 }
  table.basis.withView { basis in
    for point in 0..<table.pointCount {
      let volume = volumes[point]
      let k = 6 * point
      let stored = rate * capacity[point] * volume
      for a in 0..<nodes {
        let at = stride * point + 3 * a
        let slope = SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
        let flux = conduct(conductivity, k, volume * slope)
        let share = stored * basis[nodes * point + a]
        for b in a..<nodes {
          let to = stride * point + 3 * b
          matrix[nodes * a + b] +=
            flux.x * gradients[to] + flux.y * gradients[to + 1] + flux.z * gradients[to + 2]
            + share * basis[nodes * point + b]
        }
      }
    }
  }
  for a in 0..<nodes {
    for b in 0..<a { matrix[nodes * a + b] = matrix[nodes * b + a] }
  }
  if table.kind.formulation == .uniformStrain {
    Hourglass.addConduction(
      element.geometry, conductivity: meanConductivity(conductivity), to: matrix)
  }
}

/// The mean of the principal conductivities at an element's first point.
private func meanConductivity(_ k: MutableView<Double>) -> Double { (k[0] + k[1] + k[2]) / 3 }

/// k times a vector, k at `first` in the order xx yy zz xy xz yz.
@inline(__always)
func conduct(_ k: MutableView<Double>, _ first: Int, _ v: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(
    k[first] * v.x + k[first + 3] * v.y + k[first + 4] * v.z,
    k[first + 3] * v.x + k[first + 1] * v.y + k[first + 5] * v.z,
    k[first + 4] * v.x + k[first + 5] * v.y + k[first + 2] * v.z)
}

/// Heat flows at the nodes of an element: what it conducts away (`conduction`), and with the sign
/// of a load what storage takes (`residual`); both overwritten. `flux` is filled from `first` on.
func balanceConduction(
  _ element: HeatElement, _ table: ElementTable, rate: Double, flux: MutableView<Double>,
  first: Int
) {
  let nodes = table.nodeCount
  let stride = ElementGeometry.stride(nodes: nodes)
  let gradients = element.geometry.gradients.view
  let volumes = element.geometry.volumes.view
  let (now, changes) = (element.temperatures.view, element.changes.view)
  let (conduction, residual) = (element.conduction.view, element.residual.view)
  for a in 0..<nodes {
    conduction[a] = 0
    residual[a] = 0
  }
  table.basis.withView { basis in
    for point in 0..<table.pointCount {
      var slope = SIMD3<Double>()
      var change = 0.0
      for a in 0..<nodes {
        let at = stride * point + 3 * a
        slope += now[a] * SIMD3(gradients[at], gradients[at + 1], gradients[at + 2])
        change += changes[a] * basis[nodes * point + a]
      }
      let q = conduct(element.conductivity.view, 6 * point, slope)
      for direction in 0..<3 { flux[3 * (first + point) + direction] = -q[direction] }
      let volume = volumes[point]
      let stored = volume * rate * element.capacity.view[point] * change
      for a in 0..<nodes {
        let at = stride * point + 3 * a
        conduction[a] +=
          volume * (q.x * gradients[at] + q.y * gradients[at + 1] + q.z * gradients[at + 2])
        residual[a] -= stored * basis[nodes * point + a]
      }
    }
  }
  if table.kind.formulation == .uniformStrain {
    Hourglass.addConduction(
      element.geometry, conductivity: meanConductivity(element.conductivity.view),
      temperatures: now, to: conduction)
  }
}
