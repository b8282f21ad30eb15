/// An element that is expanded into a solid: its own nodes, and what its section says.
package struct StructuralElement: Sendable {
  /// The shape of a beam's section.
  package enum Profile: Equatable, Sendable {
    case rectangle
    /// An ellipse; the thicknesses are its diameters.
    case circle
    /// A tube; `ratio` is its inner radius over its outer one.
    case pipe(ratio: Double)
    case box(BoxSection)
  }

  /// Its place in the mesh.
  package let element: Int
  package let kind: StructuralKind
  /// Its own nodes, as the deck lists them.
  package let nodes: [Int]
  /// Thickness at each node; of lines, in the directions 1 and 2 of the section.
  ///
  /// Of axisymmetric elements it is the angle of the wedge, in radians.
  package var thickness: [SIMD2<Double>]
  /// How far the middle lies off the nodes, against the normals, in units of the thickness.
  package var offset = SIMD2<Double>()
  package var profile = Profile.rectangle
  /// Of a shell in layers.
  package var layers: ShellLayers?
  /// Direction 1 of a line's section, before it is made orthogonal to the axis.
  package var direction: SIMD3<Double> = [0, 0, -1]
  /// Normals that the deck gives, by place among the nodes; of lines, direction 2.
  package var givenNormals: [Int: SIMD3<Double>] = [:]

  init(element: Int, kind: StructuralKind, nodes: [Int], thickness: Double = 0) {
    self.element = element
    self.kind = kind
    self.nodes = nodes
    self.thickness = [SIMD2<Double>](repeating: [thickness, thickness], count: nodes.count)
  }

  /// The solid that it becomes; reduced beams have integration rules of their own.
  var solid: ElementKind {
    guard kind.family == .beam, kind.solid == .c3d20r else { return kind.solid }
    switch profile {
    case .rectangle, .circle: return .beam
    case .pipe: return .pipe
    case .box: return .box
    }
  }

  /// The integration rule of a section that has one of its own.
  var sectionTable: ElementTable? {
    if let layers { return layers.table }
    guard kind.family == .beam, kind.solid == .c3d20r else { return nil }
    switch profile {
    case .rectangle, .circle: return nil
    case .pipe(let ratio): return ElementTable(.pipe, .pipe(ratio: ratio))
    case .box(let box): return ElementTable(.box, .box(box))
    }
  }

  /// Whether an expanded node of `other` may serve this element as well.
  func sharesNodes(with other: Self, _ place: Int, _ otherPlace: Int) -> Bool {
    let families: Set<StructuralKind.Family> = [kind.family, other.kind.family]
    guard families.count == 1, kind.family != .membrane, kind.family != .truss else { return false }
    let near = 1e-10
    let isEqual = { (a: SIMD2<Double>, b: SIMD2<Double>) in
      abs(a.x - b.x) < near && (!kind.isLine || abs(a.y - b.y) < near)
    }
    return isEqual(thickness[place], other.thickness[otherPlace]) && isEqual(offset, other.offset)
      && profile == other.profile
  }

  /// Whether the node at `place` is expanded into three layers or eight points that the solid uses.
  func isCorner(_ place: Int) -> Bool {
    kind.isLine ? place == 0 || place == nodes.count - 1 : place < kind.cornerCount
  }
}
