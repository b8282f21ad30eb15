/// Reads everything in the model part of a deck that ties freedoms together.
///
/// Cards are taken in the order of the deck; ties come last, since they may move nodes.
struct ConstraintReader {
  private(set) var mesh: Mesh
  let sets: Sets
  /// Nodes that are made for rotations, inhomogeneous terms and cuts.
  var companions: Companions
  var constraints: [LinearConstraint] = []
  /// Between temperatures; freedoms are nodes.
  var temperatureConstraints: [LinearConstraint] = []
  /// The first freedoms of the constraints.
  private var dependents: Set<Int> = []
  /// Values that inhomogeneous constraints ask for, by freedom.
  var lasting: [Int: Double] = [:]
  /// What a force or moment on a reference node comes to.
  var distributions: [Int: ForceDistribution] = [:]
  /// The axes that a node's directions refer to.
  private(set) var transforms: [Int: LocalSystem] = [:]
  private(set) var orientations: [String: LocalSystem] = [:]
  /// What `*CYCLIC SYMMETRY MODEL` says.
  var sector: CyclicSector?
  let discretes: [SpecialElement]

  init(_ mesh: Mesh, _ sets: Sets, _ discretes: [SpecialElement], companions: Companions) {
    self.mesh = mesh
    self.sets = sets
    self.discretes = discretes
    self.companions = companions
  }

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for card in cards where card.kind == .transform { readTransform(card.card, report: &report) }
    for card in cards where card.kind == .orientation { readOrientation(card.card) }
    for (index, known) in cards.enumerated() where known.step == 0 {
      let next = index + 1 < cards.count ? cards[index + 1] : nil
      read(known, next: next, report: &report)
      checkCompany(of: known, after: index > 0 ? cards[index - 1] : nil, cards, report: &report)
    }
    readTies(cards, report: &report)
  }

  /// Cards that mean nothing without another one.
  private func checkCompany(
    of known: KnownCard, after previous: KnownCard?, _ cards: [KnownCard],
    report: inout DeckReport
  ) {
    if known.kind == .kinematic || known.kind == .distributing, previous?.kind != .coupling {
      report.add(
        known.card.place, "\(known.card.title) does not follow its *COUPLING",
        fix: "write *COUPLING, REF NODE=node, SURFACE=name above it")
    }
    if known.kind == .cyclicSymmetry,
      !cards.contains(where: { $0.kind == .tie && $0.card.has("CYCLICSYMMETRY") })
    {
      report.add(
        known.card.place, "*CYCLIC SYMMETRY MODEL has no tie of its two sides",
        fix: "add *TIE, NAME=name, CYCLIC SYMMETRY with the left and the right surface")
    }
  }

  private mutating func read(_ known: KnownCard, next: KnownCard?, report: inout DeckReport) {
    let card = known.card
    if known.kind == .equation { readEquations(card, report: &report) }
    if known.kind == .multipoint { readMultipoint(card, report: &report) }
    if known.kind == .rigidBody { readRigidBody(card, report: &report) }
    if known.kind == .coupling { readCoupling(card, next, report: &report) }
    if known.kind == .distributingCoupling { readDistributingCoupling(card, report: &report) }
    if known.kind == .preTension { readPreTension(card, report: &report) }
    if known.kind == .cyclicSymmetry { readSector(card, report: &report) }
  }
}

// MARK: - What the cards share

extension ConstraintReader {
  /// Adds a constraint of at least one term.
  mutating func add(_ constraint: LinearConstraint) {
    guard let first = constraint.terms.first else { return }
    dependents.insert(first.freedom)
    constraints.append(constraint)
  }

  /// Whether a freedom follows from others already.
  func isDependent(_ freedom: Int) -> Bool { dependents.contains(freedom) }

  /// The terms of a node's displacement or rotation in a direction 1 to 6 of its own axes.
  mutating func terms(
    _ node: Int, _ direction: Int, _ coefficient: Double
  ) -> [LinearConstraint.Term] {
    if direction > 3 {
      let turn = companions.rotation(of: node, at: mesh.position(of: node))
      return [LinearConstraint.Term(3 * turn + direction - 4, coefficient)]
    }
    guard let system = transforms[node] else {
      return [LinearConstraint.Term(3 * node + direction - 1, coefficient)]
    }
    let axis = system.axes(at: mesh.position(of: node))[direction - 1]
    // The direction itself comes first where it may be eliminated, as in CalculiX.
    return (0..<3).map { (direction - 1 + $0) % 3 }.filter { abs(axis[$0]) > 1e-10 }
      .map { LinearConstraint.Term(3 * node + $0, coefficient * axis[$0]) }
  }

  /// The node that a parameter names: a number, or a set with one member.
  func node(_ card: Card, _ parameter: String, report: inout DeckReport) -> Int? {
    guard let text = card[parameter], !text.isEmpty else { return nil }
    if let label = Int(text) {
      if let node = sets.nodeIndex[label] { return node }
      report.add(card.place, "\(card.title): node \(label) is not defined")
      return nil
    }
    let members = sets.named(text, .node, card.place, report: &report)
    if members.count > 1 {
      report.add(card.place, "\(card.title): set \(text) has \(members.count) nodes, not one")
    }
    return members.first
  }

  /// The nodes of a surface, ascending: those of its faces, or its own.
  func surfaceNodes(_ name: String, _ place: Place, report: inout DeckReport) -> [Int] {
    if let faces = sets.surfaces[name] {
      return Set(faces.flatMap { mesh.nodes(ofFace: $0.face, of: $0.element) }).sorted()
    }
    if let nodes = sets.nodes[name] { return Set(nodes).sorted() }
    unknownSurface(name, place, report: &report)
    return []
  }

  func unknownSurface(_ name: String, _ place: Place, report: inout DeckReport) {
    if sets.isIncomplete { return }
    let nearest = Spelling.nearest(to: name, in: sets.surfaces.keys.sorted())
    report.add(
      place, "surface \(name) is not defined",
      fix: nearest.map { "did you mean \($0)?" } ?? "define it with *SURFACE")
  }

  /// Replaces the mesh, when nodes move or elements are cut.
  mutating func replaceMesh(coordinates: [Double]? = nil, connectivity: [Int]? = nil) {
    mesh = Mesh(
      nodeLabels: mesh.nodeLabels, coordinates: coordinates ?? mesh.coordinates,
      elementLabels: mesh.elementLabels, elementKinds: mesh.elementKinds,
      connectivity: connectivity ?? mesh.connectivity)
  }

  private mutating func readTransform(_ card: Card, report: inout DeckReport) {
    guard let name = card["NSET"] else {
      report.add(card.place, "*TRANSFORM needs NSET=set")
      return
    }
    let type = card["TYPE"] ?? "R"
    guard type == "R" || type == "C" else {
      report.add(card.place, "*TRANSFORM: TYPE=\(type) is not known", fix: "use R or C")
      return
    }
    var lines = DataLines(card)
    guard lines.next(), let system = LocalSystem(lines, isCylindrical: type == "C") else {
      report.add(
        card.place, "*TRANSFORM needs two points that define its axes",
        fix: "write six coordinates: point a, point b")
      return
    }
    for node in sets.named(name, .node, card.place, report: &report) { transforms[node] = system }
  }

  private mutating func readOrientation(_ card: Card) {
    var lines = DataLines(card)
    guard let name = card["NAME"], lines.next() else { return }
    orientations[name] = LocalSystem(lines, isCylindrical: card["SYSTEM"]?.first == "C")
  }
}

extension Mesh {
  /// The nodes of a face, corners first.
  func nodes(ofFace face: Int, of element: Int) -> [Int] {
    let first = connectivityStarts[element]
    return elementKinds[element].reference.faces[face].map { connectivity[first + $0] }
  }
}
