extension CardKind {
  /// Whether it gives elements their material.
  var isSection: Bool {
    [.solidSection, .shellSection, .membraneSection, .beamSection].contains(self)
  }
}

/// Reads what a deck says of the sections of structural elements: `*SHELL SECTION`, `*BEAM SECTION`,
/// `*MEMBRANE SECTION`, the data line of `*SOLID SECTION`, `*NODAL THICKNESS` and `*NORMAL`.
struct StructuralSectionReader {
  private(set) var elements: [StructuralElement]
  private let sets: Sets
  private let mesh: Mesh
  /// The place among the structural elements of an element of the mesh.
  private var places: [Int: Int] = [:]
  private var nodalThickness: [Int: SIMD2<Double>] = [:]
  /// Elements whose thickness is given at the nodes.
  private var isNodal: Set<Int> = []
  /// A model with axisymmetric elements is a wedge of 2 degrees: other thicknesses shrink with it.
  private let share: Double
  /// The angle of the wedge that axisymmetric elements become (CalculiX manual, section 6.2.32).
  static let wedge = 2 * Double.pi / 180

  init(_ mesh: Mesh, _ sets: Sets, _ structural: [(element: Int, StructuralKind, [Int])]) {
    self.mesh = mesh
    self.sets = sets
    share = structural.contains { $0.1.family == .axisymmetric } ? 1.0 / 180 : 1
    elements = structural.map { element, kind, nodes in
      switch kind.family {
      case .axisymmetric:
        StructuralElement(element: element, kind: kind, nodes: nodes, thickness: Self.wedge)
      case .planeStress, .planeStrain:
        StructuralElement(element: element, kind: kind, nodes: nodes, thickness: 1)
      case .shell, .membrane, .beam, .truss:
        StructuralElement(element: element, kind: kind, nodes: nodes)
      }
    }
    for (place, element) in elements.enumerated() { places[element.element] = place }
  }

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    let readers: [(CardKind, (inout Self, Card, inout DeckReport) -> Void)] = [
      (.shellSection, { $0.readShell($1, report: &$2) }),
      (.membraneSection, { $0.readShell($1, report: &$2) }),
      (.beamSection, { $0.readBeam($1, report: &$2) }),
      (.solidSection, { $0.readSolid($1, report: &$2) }),
      (.nodalThickness, { $0.readNodalThickness($1, report: &$2) }),
      (.normal, { $0.readNormals($1, report: &$2) }),
    ]
    for known in cards {
      for (kind, read) in readers where kind == known.kind { read(&self, known.card, &report) }
    }
    applyNodalThickness()
    checkThickness(cards, report: &report)
    checkPlane(cards, report: &report)
  }

  /// The structural elements of a card's set.
  private func members(_ card: Card) -> [Int] {
    guard let set = card["ELSET"].flatMap({ sets.elements[$0] }) else { return [] }
    return set.compactMap { places[$0] }
  }

  private func offset(_ card: Card, _ name: String, report: inout DeckReport) -> Double {
    guard let text = card[name] else { return 0 }
    if let value = Double(text) { return value }
    report.add(card.place, "\(card.title): \(name)=\(text) is not a number")
    return 0
  }

  private mutating func readShell(_ card: Card, report: inout DeckReport) {
    guard !card.has("COMPOSITE") else { return readLayers(card, report: &report) }
    var lines = DataLines(card)
    let thickness = lines.next() ? lines.real(0) : nil
    let offset = offset(card, "OFFSET", report: &report)
    for place in members(card) {
      elements[place].layers = nil
      elements[place].offset.x = offset
      if card.has("NODALTHICKNESS") {
        isNodal.insert(place)
      } else if let thickness {
        setThickness(place, [thickness * share, 0])
      }
    }
  }

  private mutating func readLayers(_ card: Card, report: inout DeckReport) {
    // What is wrong with the lines the reader of materials says.
    var ignored = DeckReport()
    let thicknesses = LayerLine.read(card, report: &ignored).map(\.thickness)
    let sum = thicknesses.reduce(0, +)
    guard sum > 0 else { return }
    let offset = offset(card, "OFFSET", report: &report)
    var layers: [ElementKind: ShellLayers] = [:]
    for place in members(card) {
      guard Laminate.types.contains(elements[place].kind.name) else {
        report.add(
          card.place,
          "\(card.title), COMPOSITE is for \(Laminate.types.joined(separator: " and ")), and element "
            + "\(mesh.elementLabels[elements[place].element]) is \(elements[place].kind.name)",
          fix: "make the elements \(Laminate.types.joined(separator: " or "))")
        return
      }
      let kind = elements[place].kind.solid
      let own = layers[kind] ?? ShellLayers(kind, shares: thicknesses.map { $0 / sum })
      layers[kind] = own
      elements[place].layers = own
      elements[place].offset.x = offset
      setThickness(place, [sum * share, 0])
    }
  }

  private mutating func readSolid(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    let value = lines.next() ? lines.real(0) : nil
    if card.has("OFFSET") { report.note(card.place, "OFFSET has no effect on \(card.title)") }
    for place in members(card) {
      switch elements[place].kind.family {
      case .axisymmetric, .shell, .membrane, .beam: continue
      case .planeStress, .planeStrain:
        if card.has("NODALTHICKNESS") { isNodal.insert(place) }
        if let value { setThickness(place, [value * share, 0]) }
      case .truss:
        guard let value, value > 0 else { continue }
        setThickness(place, [value.squareRoot(), value.squareRoot()])
        elements[place].direction = trussDirection(elements[place].nodes)
      }
    }
  }

  /// A direction across a truss: any would do, this is the one of CalculiX.
  private func trussDirection(_ nodes: [Int]) -> SIMD3<Double> {
    let along = mesh.position(of: nodes[nodes.count - 1]) - mesh.position(of: nodes[0])
    let axis = along / length(along)
    // Of a unit vector's components, one at least exceeds 1/sqrt(3).
    let across: SIMD3<Double> =
      abs(axis.x) > 0.57
      ? [-axis.z, 0, axis.x] : abs(axis.y) > 0.57 ? [axis.y, -axis.x, 0] : [0, axis.z, -axis.y]
    return across / length(across)
  }

  private mutating func readBeam(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    let isNodalCard = card.has("NODALTHICKNESS")
    var first = 0.0
    var second = 0.0
    if lines.next() {
      first = lines.real(0) ?? 0
      second = lines.real(1) ?? first
    }
    let walls = (2..<6).compactMap { lines.real($0) }
    guard let (profile, thickness) = profile(card, first, second, walls, report: &report) else {
      return
    }
    var direction: SIMD3<Double>?
    if lines.next() {
      let given = SIMD3(lines.real(0) ?? 0, lines.real(1) ?? 0, lines.real(2) ?? 0)
      if length(given) > 0 {
        direction = given / length(given)
      } else {
        report.add(lines.place, "direction 1 of the beam section has no length")
      }
    }
    let offset = SIMD2(
      offset(card, "OFFSET1", report: &report), offset(card, "OFFSET2", report: &report))
    for place in members(card) where elements[place].kind.family == .beam {
      if case .circle = profile, !elements[place].kind.isQuadratic {
        report.add(
          card.place, "a round section needs quadratic beam elements", fix: "use B32 or B32R")
        return
      }
      switch profile {
      case .rectangle, .circle: break
      case .pipe, .box:
        guard elements[place].kind.name == "B32R" else {
          report.add(
            card.place, "pipe and box sections are available for B32R elements only",
            fix: "make the elements B32R")
          return
        }
      }
      elements[place].profile = profile
      elements[place].offset = offset
      if let direction { elements[place].direction = direction }
      if isNodalCard { isNodal.insert(place) } else { setThickness(place, thickness) }
    }
  }

  private func profile(
    _ card: Card, _ first: Double, _ second: Double, _ walls: [Double],
    report: inout DeckReport
  ) -> (StructuralElement.Profile, SIMD2<Double>)? {
    switch card["SECTION"] ?? "" {
    case "RECT": return (.rectangle, [first, second])
    case "CIRC": return (.circle, [first, second])
    case "PIPE":
      guard first > 0, second > 0, second <= first else {
        report.add(
          card.place, "a pipe section needs its outer radius and a wall not thicker than that")
        return nil
      }
      return (.pipe(ratio: (first - second) / first), [2 * first, 2 * first])
    case "BOX":
      guard first > 0, second > 0, walls.count == 4, walls.allSatisfy({ $0 > 0 }),
        walls[0] + walls[2] < first, walls[1] + walls[3] < second
      else {
        report.add(
          card.place, "a box section needs two sizes and the thickness of its four walls",
          fix: "write for example 0.2, 0.1, 0.01, 0.01, 0.01, 0.01")
        return nil
      }
      return (.box(BoxSection(width: first, height: second, walls: walls)), [first, second])
    case let name:
      report.add(
        card.place, "*BEAM SECTION: SECTION=\(name) is not supported",
        fix: "use RECT, CIRC, PIPE or BOX")
      return nil
    }
  }

  private mutating func setThickness(_ place: Int, _ value: SIMD2<Double>) {
    for node in elements[place].thickness.indices { elements[place].thickness[node] = value }
  }

  private mutating func readNodalThickness(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    while lines.next() {
      guard let first = lines.real(1), first > 0 else {
        report.add(
          lines.place, "*NODAL THICKNESS needs nodes and a positive thickness",
          fix: "write for example EDGE, 0.01")
        continue
      }
      for node in sets.members(lines, 0, .node, report: &report) {
        nodalThickness[node] = [first, lines.real(2) ?? first]
      }
    }
  }

  private mutating func applyNodalThickness() {
    for place in isNodal.sorted() {
      for (index, node) in elements[place].nodes.enumerated() {
        if let value = nodalThickness[node] { elements[place].thickness[index] = value }
      }
    }
  }

  private mutating func readNormals(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    while lines.next() {
      let given = SIMD3(lines.real(2) ?? 0, lines.real(3) ?? 0, lines.real(4) ?? 0)
      guard let element = lines.integer(0).flatMap({ sets.elementIndex[$0] }),
        let node = lines.integer(1).flatMap({ sets.nodeIndex[$0] }), length(given) > 0,
        let place = places[element], let index = elements[place].nodes.firstIndex(of: node)
      else {
        report.add(
          lines.place, "*NORMAL needs a shell or beam element, one of its nodes and a direction",
          fix: "write for example 12, 7, 0, 0, 1")
        continue
      }
      elements[place].givenNormals[index] = given / length(given)
    }
  }

  private func checkThickness(_ cards: [KnownCard], report: inout DeckReport) {
    let isBare = elements.filter { element in
      element.thickness.contains { $0.x <= 0 || (element.kind.isLine && $0.y <= 0) }
    }
    guard let first = isBare.first else { return }
    report.add(
      cards.placeOfElements,
      "\(isBare.count) shells, membranes, beams or trusses have no thickness, the first is "
        + "\(mesh.elementLabels[first.element])",
      fix: "add a section with a thickness for their element set")
  }

  /// Plane elements lie in z = 0, and axisymmetric ones have radii x that are not negative.
  private func checkPlane(_ cards: [KnownCard], report: inout DeckReport) {
    let plane = elements.filter(\.kind.isPlane)
    guard !plane.isEmpty else { return }
    let size = mesh.coordinates.reduce(0) { max($0, abs($1)) }
    let rounding = 1e-9 * size
    typealias Stray = (element: StructuralElement, node: Int)
    func first(_ isStray: (StructuralElement, SIMD3<Double>) -> Bool) -> Stray? {
      for element in plane {
        if let node = element.nodes.first(where: { isStray(element, mesh.position(of: $0)) }) {
          return (element, node)
        }
      }
      return nil
    }
    if let stray = first({ abs($1.z) > rounding }) {
      report.add(
        cards.placeOfElements,
        "\(stray.element.kind.name) element \(mesh.elementLabels[stray.element.element]) does not lie in "
          + "z = 0: node \(mesh.nodeLabels[stray.node]) has z = \(mesh.position(of: stray.node).z)",
        fix: "move the model into the plane z = 0, or make its elements shells")
    }
    if let stray = first({ $0.kind.family == .axisymmetric && $1.x < -rounding }) {
      report.add(
        cards.placeOfElements,
        "\(stray.element.kind.name) element \(mesh.elementLabels[stray.element.element]) reaches over the "
          + "axis: node \(mesh.nodeLabels[stray.node]) has x = \(mesh.position(of: stray.node).x)",
        fix: "let the model turn about the y axis, and keep all x from 0 on")
    }
  }
}

extension [KnownCard] {
  /// Where the elements of a deck begin, for messages that concern several.
  var placeOfElements: Place {
    first { $0.kind == .element || $0.kind == .meshFile }?.card.place ?? Place(file: "", line: 0)
  }
}
