import LinearAlgebra

/// Elements whose material axes turn from point to point, as in a cylindrical system.
///
/// The constants are those of each integration point; an element with inner modes, which are condensed
/// as a whole, takes those of its middle.
enum VaryingAxes {
  /// As `stiffness(_:_:_:scratch:)`, for an element of a section whose axes vary.
  static func stiffness(
    _ geometry: borrowing ElementGeometry, _ element: Int, _ deck: Deck,
    scratch: MutableView<Double>
  ) {
    let section = deck.sections[deck.sectionOfElement[element]]
    let table = deck.mesh.table(of: element)
    guard table.kind.formulation != .incompatibleModes else {
      let law = StiffnessLaw(section.elasticity(at: deck.mesh.middle(of: element)))
      return FiniteElements.stiffness(geometry, table, law, scratch: scratch)
    }
    let volumes = geometry.volumes.view
    let products = geometry.products.view
    let all = (0..<table.pointCount).map { volumes[$0] }
    var sum = [Double](repeating: 0, count: products.count)
    for point in all.indices {
      for other in all.indices { volumes[other] = other == point ? all[point] : 0 }
      let place = deck.mesh.position(ofPoint: point, of: element)
      let law = StiffnessLaw(section.elasticity(at: place))
      FiniteElements.stiffness(geometry, table, law, scratch: scratch)
      for entry in sum.indices { sum[entry] += products[entry] }
    }
    for point in all.indices { volumes[point] = all[point] }
    for entry in sum.indices { products[entry] = sum[entry] }
  }

  /// The constants in global axes at each integration point, shape `[points, 6, 6]`.
  static func matrices(_ element: Int, _ deck: Deck) -> [Double] {
    let section = deck.sections[deck.sectionOfElement[element]]
    let kind = deck.mesh.elementKinds[element]
    return (0..<kind.pointCount).flatMap { point in
      let place =
        kind.formulation == .incompatibleModes
        ? deck.mesh.middle(of: element) : deck.mesh.position(ofPoint: point, of: element)
      return section.elasticity(at: place).matrix
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
