/// The nodes that stand for one node of structural elements: three through a thickness, or eight
/// around a section.
///
/// Through a thickness: bottom, middle, top. Around a section with axes 1 and 2: the corners (-,+),
/// (-,-), (+,-), (+,+), then the middles of its sides (-,0), (0,-), (+,0), (0,+).
struct NodeExpansion: Sendable {
  /// The node of the deck.
  let node: Int
  /// Index in the mesh of the first of the new nodes, which follow each other.
  let first: Int
  /// The kind of the elements that share it.
  let kind: StructuralKind
  /// The shell's normal, or direction 1 of a section.
  let normal: SIMD3<Double>
  /// Direction 2 of a section.
  let second: SIMD3<Double>
  /// Direction along a line.
  let tangent: SIMD3<Double>
  /// Whether the solid has all of them: at the corners and ends of quadratic elements.
  let isWhole: Bool

  var count: Int { kind.isLine ? 8 : 3 }
  var nodes: Range<Int> { first..<(first + count) }
  var bottom: Int { first }
  var middle: Int { first + 1 }
  var top: Int { first + 2 }
}

/// Groups the elements at a node by direction: those of nearly one direction share expanded nodes.
///
/// CalculiX manual, section "Eight-node shell element": normals within 20 degrees are averaged; with
/// a normal that the deck gives, within 0.5 degrees.
struct NormalGroups {
  /// An element's place at the node.
  struct Corner {
    /// Among the structural elements.
    let element: Int
    /// The node's place in the element.
    let place: Int
    let direction: SIMD3<Double>
    let tangent: SIMD3<Double>
    let isGiven: Bool
  }

  struct Group {
    var members: [Corner]
    var normal: SIMD3<Double>
    var second: SIMD3<Double>
    var tangent: SIMD3<Double>
  }

  /// Cosines of 20 and of 0.5 degrees.
  private static let near = 0.939693
  private static let same = 0.999962

  let elements: [StructuralElement]
  private(set) var groups: [Group] = []
  /// Whether shells at the node have different directions, so that the expanded nodes span a plane.
  private(set) var spansPlane = false

  init(_ elements: [StructuralElement]) { self.elements = elements }

  /// - Parameter corners: of surfaces, in descending order of their elements.
  mutating func addSurfaces(_ corners: [Corner]) {
    var open = corners
    while let reference = nextReference(&open) {
      var members = [reference]
      var rest: [Corner] = []
      for corner in open {
        if isNear(corner, reference) { members.append(corner) } else { rest.append(corner) }
      }
      open = rest
      let sum = members.reduce(SIMD3<Double>()) { $0 + $1.direction }
      let normal = reference.isGiven ? reference.direction : sum / length(sum)
      groups.append(
        Group(members: members, normal: normal, second: [0, 0, 0], tangent: [0, 0, 0]))
    }
  }

  /// - Parameter corners: of lines, `direction` being axis 2.
  mutating func addLines(_ corners: [Corner]) {
    var open = corners
    while let reference = nextReference(&open) {
      var members = [reference]
      var rest: [Corner] = []
      let limit = reference.isGiven ? Self.same : Self.near
      for corner in open {
        let isNear =
          dot(corner.direction, reference.direction) > limit
          && dot(corner.tangent, reference.tangent) > limit && shares(corner, reference)
        if isNear { members.append(corner) } else { rest.append(corner) }
      }
      open = rest
      let along = members.reduce(SIMD3<Double>()) { $0 + $1.tangent }
      let tangent = along / length(along)
      var second =
        reference.isGiven
        ? reference.direction : members.reduce(SIMD3<Double>()) { $0 + $1.direction }
      second -= dot(second, tangent) * tangent
      second /= length(second)
      groups.append(
        Group(members: members, normal: cross(second, tangent), second: second, tangent: tangent))
    }
  }

  /// The next corner that others are compared with: a given one, else that of the lowest element.
  private func nextReference(_ open: inout [Corner]) -> Corner? {
    guard
      let next = open.firstIndex(where: \.isGiven)
        ?? open.indices.min(by: { open[$0].element < open[$1].element })
    else { return nil }
    return open.remove(at: next)
  }

  private mutating func isNear(_ corner: Corner, _ reference: Corner) -> Bool {
    let cosine = dot(corner.direction, reference.direction)
    guard cosine > (reference.isGiven ? Self.same : Self.near) else {
      let areShells =
        elements[corner.element].kind.family == .shell
        && elements[reference.element].kind.family == .shell
      if areShells, cosine > -Self.same { spansPlane = true }
      return false
    }
    if cosine < Self.same { spansPlane = true }
    return shares(corner, reference)
  }

  private func shares(_ corner: Corner, _ reference: Corner) -> Bool {
    elements[corner.element].sharesNodes(
      with: elements[reference.element], corner.place, reference.place)
  }
}
