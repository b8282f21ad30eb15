/// Turns structural elements into solids: new nodes, their places, and who is connected to whom.
///
/// CalculiX manual, chapter "Element types": each node becomes three nodes through the thickness of
/// a surface, or eight around the section of a line, for each direction that elements have there.
struct StructureExpansion {
  /// Elements of the mesh with their nodes as the deck has them until ``mesh()`` is asked.
  private let original: Mesh
  let elements: [StructuralElement]
  private(set) var expansions: [NodeExpansion] = []
  /// The expansion of each node of each structural element.
  private(set) var expansionOf: [[Int]]
  /// The expansions of each node that structural elements have.
  private(set) var expansionsOf: [Int: [Int]] = [:]
  private(set) var knots: [Knot] = []
  private(set) var positions: [SIMD3<Double>] = []
  private(set) var labels: [Int] = []
  /// The highest number in use: CalculiX numbers new nodes from there.
  private var lastLabel: Int

  /// - Parameter structural: the elements of `mesh` to expand.
  init(
    _ mesh: Mesh, _ sets: Sets,
    _ structural: [(element: Int, kind: StructuralKind, nodes: [Int])], _ cards: [KnownCard],
    report: inout DeckReport
  ) {
    var reader = StructuralSectionReader(mesh, sets, structural)
    reader.read(cards, report: &report)
    let place = cards.placeOfElements
    let reserved = ReservedLabels(sets, mesh, structural).count(cards)
    self.init(mesh, reader.elements, reserved, report: &report, place: place)
  }

  private init(
    _ mesh: Mesh, _ elements: [StructuralElement], _ reservedLabels: Int,
    report: inout DeckReport, place: Place
  ) {
    original = mesh
    self.elements = elements
    lastLabel = (mesh.nodeLabels.last ?? 0) + reservedLabels
    expansionOf = elements.map { [Int](repeating: -1, count: $0.nodes.count) }
    var places: [Int: [(element: Int, place: Int)]] = [:]
    for index in elements.indices.reversed() {
      for (place, node) in elements[index].nodes.enumerated() {
        places[node, default: []].append((index, place))
      }
    }
    for node in places.keys.sorted() {
      guard expand(node, places[node] ?? []) else {
        report.add(
          place, "at node \(mesh.nodeLabels[node]) a shell or beam has no direction",
          fix: "check the nodes of its elements, and direction 1 of beam sections")
        continue
      }
    }
    for index in elements.indices where !expansionOf[index].contains(-1) { locate(index) }
  }

  private mutating func expand(_ node: Int, _ places: [(element: Int, place: Int)]) -> Bool {
    var groups = NormalGroups(elements)
    var surfaces: [NormalGroups.Corner] = []
    var lines: [NormalGroups.Corner] = []
    for (element, place) in places {
      let isLine = elements[element].kind.isLine
      guard let corner = isLine ? lineCorner(element, place) : surfaceCorner(element, place) else {
        return false
      }
      if isLine { lines.append(corner) } else { surfaces.append(corner) }
    }
    groups.addSurfaces(surfaces)
    groups.addLines(lines)
    var own: [Int] = []
    for group in groups.groups {
      own.append(expansions.count)
      add(group, at: node)
    }
    expansionsOf[node] = own
    guard own.count > 1 else { return true }
    let families = Set(places.map { elements[$0.element].kind.family })
    knots.append(
      Knot(
        node: node, expansions: own.map { expansions[$0] }, families: families,
        spansPlane: groups.spansPlane))
    lastLabel += knots[knots.count - 1].labelCount
    return true
  }

  private mutating func add(_ group: NormalGroups.Group, at node: Int) {
    let kind = elements[group.members[0].element].kind
    let expansion = NodeExpansion(
      node: node, first: original.nodeCount + positions.count, kind: kind, normal: group.normal,
      second: group.second, tangent: group.tangent,
      isWhole: kind.isQuadratic
        && elements[group.members[0].element].isCorner(group.members[0].place))
    for corner in group.members { expansionOf[corner.element][corner.place] = expansions.count }
    for _ in 0..<expansion.count {
      lastLabel += 1
      labels.append(lastLabel)
      positions.append([0, 0, 0])
    }
    // Result files show layers between nodes of their own.
    lastLabel +=
      3 * (group.members.map { elements[$0.element].layers?.heights.count ?? 0 }.max() ?? 0)
    // The equation that keeps a truss from turning about itself takes a number as well.
    if kind.family == .truss { lastLabel += 1 }
    expansions.append(expansion)
  }

  private func surfaceCorner(_ index: Int, _ place: Int) -> NormalGroups.Corner? {
    let element = elements[index]
    let given = element.givenNormals[place]
    let local = SurfaceShape.nodes(element.nodes.count)[place]
    let normal = SurfaceShape.normal(element.nodes.map { original.position(of: $0) }, at: local)
    guard let direction = given ?? normal else { return nil }
    return NormalGroups.Corner(
      element: index, place: place, direction: direction, tangent: [0, 0, 0],
      isGiven: given != nil)
  }

  private func lineCorner(_ index: Int, _ place: Int) -> NormalGroups.Corner? {
    let element = elements[index]
    let points = element.nodes.map { original.position(of: $0) }
    var tangent = points[points.count - 1] - points[0]
    if points.count == 3 {
      let at = Double(place) - 1
      tangent = (at - 0.5) * points[0] - 2 * at * points[1] + (at + 0.5) * points[2]
    }
    guard length(tangent) > 1e-10 else { return nil }
    tangent /= length(tangent)
    let given = element.givenNormals[place]
    let across = cross(tangent, element.direction)
    guard given != nil || length(across) > 1e-10 else { return nil }
    return NormalGroups.Corner(
      element: index, place: place, direction: given ?? across / length(across), tangent: tangent,
      isGiven: given != nil)
  }
}

// MARK: - The new mesh

extension StructureExpansion {
  /// Gives the expanded nodes of an element their places.
  private mutating func locate(_ index: Int) {
    let element = elements[index]
    for (place, node) in element.nodes.enumerated() {
      let expansion = expansions[expansionOf[index][place]]
      let centre = original.position(of: node)
      let first = expansion.first - original.nodeCount
      if element.kind.isLine {
        // The sides of a linear beam have no middles; CalculiX leaves them at the origin.
        for (number, at) in SectionPoints.positions(element.profile).enumerated()
        where number < 4 || element.kind.isQuadratic {
          let isMiddle = number >= 4 && !element.isCorner(place)
          let source = isMiddle ? expansions[expansionOf[index][0]] : expansion
          let size = element.thickness[isMiddle ? 0 : place] * (at - element.offset)
          positions[first + number] = centre + size.x * source.normal + size.y * source.second
        }
      } else if element.kind.family == .axisymmetric {
        let (cosine, sine) = cosineAndSine(degrees: element.thickness[place].x * 90 / .pi)
        positions[first] = [centre.x * cosine, centre.y, -centre.x * sine]
        positions[first + 1] = centre
        positions[first + 2] = [centre.x * cosine, centre.y, centre.x * sine]
      } else {
        for layer in 0..<3 {
          let height = Double(layer - 1) / 2 - element.offset.x
          positions[first + layer] =
            centre + element.thickness[place].x * height * expansion.normal
        }
      }
    }
  }

  /// The mesh with solids in place of structural elements; new nodes stand behind the others.
  func mesh() -> Mesh {
    var connectivity = original.connectivity
    for (index, element) in elements.enumerated() where !expansionOf[index].contains(-1) {
      let first = original.connectivityStarts[element.element]
      for (place, node) in solidNodes(index).enumerated() { connectivity[first + place] = node }
    }
    var kinds = original.elementKinds
    for element in elements { kinds[element.element] = element.solid }
    var mesh = Mesh(
      nodeLabels: original.nodeLabels + labels,
      coordinates: original.coordinates + positions.flatMap { [$0.x, $0.y, $0.z] },
      elementLabels: original.elementLabels, elementKinds: kinds, connectivity: connectivity)
    for element in elements { mesh.sectionTables[element.element] = element.sectionTable }
    return mesh
  }

  /// The nodes of the solid that a structural element becomes.
  private func solidNodes(_ index: Int) -> [Int] {
    let element = elements[index]
    let at = expansionOf[index].map { expansions[$0].first }
    if element.kind.isLine {
      let (start, end) = (at[0], at[at.count - 1])
      let corners = [start, end, end + 1, start + 1, start + 3, end + 3, end + 2, start + 2]
      guard element.kind.isQuadratic else { return corners }
      let middle = at[1]
      return corners + [
        middle, end + 4, middle + 1, start + 4, middle + 3, end + 6, middle + 2, start + 6,
        start + 7, end + 7, end + 5, start + 5,
      ]
    }
    let corners = at[..<element.kind.cornerCount]
    let middles = at[element.kind.cornerCount...]
    let ends = corners.map { $0 } + corners.map { $0 + 2 }
    guard element.kind.isQuadratic else { return ends }
    return ends + middles.map { $0 } + middles.map { $0 + 2 } + corners.map { $0 + 1 }
  }
}

/// Where the eight nodes around a section lie, in units of the thicknesses along axes 1 and 2.
enum SectionPoints {
  static func positions(_ profile: StructuralElement.Profile) -> [SIMD2<Double>] {
    // The corners of a round section lie on the circle, as do the middles between them.
    let corner: Double =
      switch profile {
      case .circle: 0.5 / 2.0.squareRoot()
      case .rectangle, .pipe, .box: 0.5
      }
    return [
      [-corner, corner], [-corner, -corner], [corner, -corner], [corner, corner],
      [-0.5, 0], [0, -0.5], [0.5, 0], [0, 0.5],
    ]
  }
}
