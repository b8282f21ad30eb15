import LinearAlgebra

/// Elements whose elastic constants differ from point to point: their axes turn, as in a cylindrical
/// system, or they are in layers.
///
/// The constants are those of each integration point; an element with inner modes, which are condensed
/// as a whole, takes those of its middle.
enum VaryingAxes {
  /// As `stiffness(_:_:_:scratch:)`, for an element of a section whose axes vary.
  static func stiffness(
    _ geometry: borrowing ElementGeometry, _ element: Int, _ deck: Deck,
    scratch: MutableView<Double>
  ) {
    let table = deck.mesh.table(of: element)
    guard table.kind.formulation != .incompatibleModes else {
      let section = deck.sections[deck.sectionOfElement[element]]
      let law = StiffnessLaw(section.elasticity(at: deck.mesh.middle(of: element)))
      return FiniteElements.stiffness(geometry, table, law, scratch: scratch)
    }
    let products = geometry.products.view
    var sum = [Double](repeating: 0, count: products.count)
    // The points of a layer share their law.
    let step = deck.laminates[element]?.pointsPerLayer ?? 1
    for first in stride(from: 0, to: table.pointCount, by: step) {
      let place = deck.mesh.position(ofPoint: first, of: element)
      let law = StiffnessLaw(deck.section(ofPoint: first, of: element).elasticity(at: place))
      FiniteElements.stiffness(
        geometry, table, law, points: first..<(first + step), scratch: scratch)
      for entry in sum.indices { sum[entry] += products[entry] }
    }
    for entry in sum.indices { products[entry] = sum[entry] }
  }

  /// The constants in global axes at each integration point, shape `[points, 6, 6]`.
  static func matrices(_ element: Int, _ deck: Deck) -> [Double] {
    let table = deck.mesh.table(of: element)
    return (0..<table.pointCount).flatMap { point in
      let place =
        table.kind.formulation == .incompatibleModes
        ? deck.mesh.middle(of: element) : deck.mesh.position(ofPoint: point, of: element)
      return deck.section(ofPoint: point, of: element).elasticity(at: place).matrix
    }
  }
}

extension Mesh {
  /// The mean of an element's corners.
  func middle(of element: Int) -> SIMD3<Double> {
    let corners = nodes(of: element).prefix(elementKinds[element].cornerCount)
    return corners.reduce(SIMD3()) { $0 + position(of: $1) } / Double(corners.count)
  }
}
