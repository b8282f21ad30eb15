extension ElementTable {
  /// The most integration points of any element: two through each layer, four in its plane.
  static let mostPoints = 8 * Laminate.mostLayers

  /// A solid in layers along its third reference coordinate: C3D20R or C3D15, with the rule of the plane
  /// at two heights of each layer.
  ///
  /// Values at the nodes are those of the layer in which they lie, and the mean of both between two.
  /// - Parameter shares: of the thickness, the bottom layer first; they add up to 1.
  init(_ kind: ElementKind, layers shares: [Double]) {
    let rule = Layer.rule(kind)
    let layers = Layer.stacked(shares)
    let points = layers.flatMap { layer in
      rule.map { point in
        var place = point.position
        place.z = layer.height(place.z)
        return QuadraturePoint(position: place, weight: point.weight * layer.share)
      }
    }
    let extrapolation = kind.reference.nodes.flatMap { node -> [Double] in
      var weights = [Double](repeating: 0, count: points.count)
      let near = layers.indices.filter { layers[$0].holds(node.z) }
      for index in near {
        var place = node
        place.z = layers[index].local(node.z)
        for (point, weight) in Layer.fit(kind, at: place).enumerated() {
          weights[rule.count * index + point] += weight / Double(near.count)
        }
      }
      return weights
    }
    self.init(kind, points, extrapolation)
  }
}

/// The layers of a shell and the rule that integrates them.
package struct ShellLayers: Sendable {
  /// The bottom one first.
  let heights: [Layer]
  let table: ElementTable

  /// - Parameter shares: of the thickness.
  init(_ kind: ElementKind, shares: [Double]) {
    heights = Layer.stacked(shares)
    table = ElementTable(kind, layers: shares)
  }
}

/// A layer of a solid, between two heights of the third reference coordinate.
struct Layer: Sendable {
  let bottom: Double
  let top: Double

  /// - Parameter shares: of the thickness.
  static func stacked(_ shares: [Double]) -> [Layer] {
    var bottom = -1.0
    return shares.map { share in
      defer { bottom += 2 * share }
      return Layer(bottom: bottom, top: bottom + 2 * share)
    }
  }

  var share: Double { (top - bottom) / 2 }

  /// From -1...1 in the layer to -1...1 in the solid.
  func height(_ local: Double) -> Double { ((1 - local) * bottom + (1 + local) * top) / 2 }

  func local(_ height: Double) -> Double { (2 * height - bottom - top) / (top - bottom) }

  func holds(_ height: Double) -> Bool { abs(local(height)) < 1 + 1e-9 }

  /// The points of a layer in its own coordinates.
  static func rule(_ kind: ElementKind) -> [QuadraturePoint] {
    kind == .c3d15 ? Quadrature.wedge(Quadrature.triangle3, 2) : Quadrature.hexahedron(2)
  }

  /// ``fit(_:at:)`` for the nodes of C3D20R and of C3D15.
  static let fits = [ElementKind.c3d20r, .c3d15].map { kind in
    kind.reference.nodes.map { fit(kind, at: $0) }
  }

  /// What each point of a layer has in the value at a place of the layer: the field is linear in every
  /// coordinate and goes through the points.
  static func fit(_ kind: ElementKind, at place: SIMD3<Double>) -> [Double] {
    let root = 3.0.squareRoot()
    guard kind == .c3d15 else {
      let corners = Hex8.basis(at: root * place)
      // Points run along the first coordinate first, the corners around each side.
      return [0, 1, 3, 2, 4, 5, 7, 6].map { corners[$0] }
    }
    // The points of the triangle lie at (1/6, 1/6), (2/3, 1/6), (1/6, 2/3).
    return Wedge6.basis(at: [2 * place.x - 1.0 / 3, 2 * place.y - 1.0 / 3, root * place.z])
  }
}
