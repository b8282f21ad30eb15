/// Reads the steps: what is prescribed and applied in each, and what is printed.
///
/// As in CalculiX, loads, constraints and requests of a step hold in the later ones until they are
/// replaced; forces given twice in one step add up.
struct StepReader {
  let mesh: Mesh
  let sets: Sets
  let isUsed: [Bool]
  private(set) var steps: [Step] = []
  private var current: Step
  private var touchedForces: Set<Int> = []
  private var olderLoads = 0
  private var printsReplaced: Set<String> = []
  private var hasProcedure = false

  init(mesh: Mesh, sets: Sets) {
    self.mesh = mesh
    self.sets = sets
    isUsed = mesh.isUsed
    current = Step(number: 0, place: Place(file: "", line: 0), endTime: 0)
  }

  mutating func read(_ cards: [KnownCard], report: inout DeckReport) {
    for known in cards {
      let card = known.card
      switch known.kind {
      case .step: begin(card, report: &report)
      case .endStep: end(card, report: &report)
      case .staticProcedure: readStatic(card, report: &report)
      case .boundary: readBoundary(card, isInStep: known.step > 0, report: &report)
      case .concentratedLoad: readForces(card, report: &report)
      case .distributedLoad: readDistributed(card, report: &report)
      case .surfaceLoad: readSurfaceLoads(card, report: &report)
      case .nodePrint: readNodePrint(card, report: &report)
      case .elementPrint: readElementPrint(card, report: &report)
      case .nodeFile, .nodeOutput, .elementFile, .elementOutput:
        readFileRequest(card, report: &report)
      case .heading, .node, .element, .nodeSet, .elementSet, .surface, .material, .elastic,
        .density, .orientation, .solidSection, .expansion, .conductivity, .specificHeat,
        .physicalConstants, .preprint:
        continue
      }
    }
  }
}

// MARK: - Beginning and end

extension StepReader {
  private mutating func begin(_ card: Card, report: inout DeckReport) {
    if let value = card["NLGEOM"], value != "NO" {
      report.add(
        card.place, "*STEP: NLGEOM is not supported",
        fix: "remove NLGEOM to solve for small displacements")
    }
    let time = current.endTime
    let older = current
    current = Step(number: steps.count + 1, place: card.place, endTime: time)
    current.prescribed = older.prescribed
    current.forces = older.forces
    current.distributed = older.distributed
    current.nodePrints = older.nodePrints
    current.elementPrints = older.elementPrints
    current.nodeFile = older.nodeFile
    current.elementFile = older.elementFile
    touchedForces = []
    olderLoads = current.distributed.count
    printsReplaced = []
    hasProcedure = false
  }

  private mutating func end(_ card: Card, report: inout DeckReport) {
    if !hasProcedure {
      report.add(current.place, "the step has no procedure", fix: "add *STATIC")
      current.endTime += current.period
    }
    steps.append(current)
  }

  private mutating func readStatic(_ card: Card, report: inout DeckReport) {
    if let solver = card["SOLVER"] {
      report.note(card.place, "SOLVER=\(solver): solved with sparse Cholesky, which gives the same")
    }
    hasProcedure = true
    var lines = DataLines(card)
    if lines.next(), !lines.isBlank(1) {
      guard let period = lines.real(1), period > 0 else {
        report.add(lines.place, "'\(lines.text(1))' is not a step time")
        return
      }
      current.period = period
    }
    current.endTime += current.period
  }
}

// MARK: - Constraints and loads

extension StepReader {
  private mutating func readBoundary(_ card: Card, isInStep: Bool, report: inout DeckReport) {
    if replaces(card, report: &report) { current.prescribed = [:] }
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let first = lines.integer(1), first >= 1,
        let last = lines.isBlank(2) ? first : lines.integer(2), last >= first
      else {
        report.add(
          lines.place, "*BOUNDARY needs node, first direction, last direction, value",
          fix: "write for example FIX, 1, 3")
        continue
      }
      guard let value = lines.isBlank(3) ? 0 : lines.real(3) else {
        report.add(lines.place, "'\(lines.text(3))' is not a displacement")
        continue
      }
      if value != 0, !isInStep {
        report.add(
          lines.place, "a displacement other than zero stands outside a step",
          fix: "move this *BOUNDARY after *STEP")
        continue
      }
      guard directionsExist(first, last, value, lines, report: &report) else { continue }
      let prescribed: Prescribed = card.has("FIXED") ? .held : .value(value)
      for node in nodes {
        for direction in first...min(last, 3) where first <= 3 {
          current.prescribed[3 * node + direction - 1] = prescribed
        }
      }
    }
  }

  /// Solids have displacements only: fixing a rotation changes nothing, turning it cannot be done.
  private mutating func directionsExist(
    _ first: Int, _ last: Int, _ value: Double, _ lines: DataLines, report: inout DeckReport
  ) -> Bool {
    guard last > 3 else { return true }
    guard last <= 6, value == 0 else {
      report.add(
        lines.place, "direction \(last) does not exist on solid elements", fix: "use 1, 2 or 3")
      return false
    }
    report.note(lines.place, "directions 4 to 6 have no effect on solid elements; passed over")
    return first <= 3
  }

  private mutating func readForces(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { current.forces = [:] }
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let direction = lines.integer(1), (1...3).contains(direction),
        let force = lines.real(2)
      else {
        report.add(
          lines.place, "*CLOAD needs node, direction 1 to 3, force",
          fix: "write for example LOAD, 2, 100.")
        continue
      }
      if let lone = nodes.first(where: { !isUsed[$0] }) {
        report.add(
          lines.place, "node \(mesh.nodeLabels[lone]) carries a force but belongs to no element")
        continue
      }
      for node in nodes { add(force, at: 3 * node + direction - 1) }
    }
  }

  private mutating func add(_ force: Double, at freedom: Int) {
    let isFirst = touchedForces.insert(freedom).inserted
    current.forces[freedom] = (isFirst ? 0 : current.forces[freedom] ?? 0) + force
  }

  private mutating func readDistributed(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeLoads() }
    var lines = DataLines(card)
    while lines.next() {
      let elements = sets.members(lines, 0, .element, report: &report)
      guard let magnitude = lines.real(2) else {
        report.add(
          lines.place, "*DLOAD needs elements, label, magnitude",
          fix: "write for example TOP, P2, 10.")
        continue
      }
      switch lines.name(1) {
      case "GRAV": addGravity(elements, magnitude, lines, report: &report)
      case "CENTRIF": addCentrifugal(elements, magnitude, lines, report: &report)
      case let label: addPressure(elements, label, magnitude, lines.place, report: &report)
      }
    }
  }

  private mutating func addPressure(
    _ elements: [Int], _ label: String, _ magnitude: Double, _ place: Place,
    report: inout DeckReport
  ) {
    guard let first = elements.first else { return }
    guard let face = Faces.index(label, prefix: "P", of: mesh.elementKinds[first]),
      elements.allSatisfy({ face < mesh.elementKinds[$0].reference.faces.count })
    else {
      report.add(
        place, "*DLOAD: label '\(label)' is not supported",
        fix: "use P1 to P6 (a face that the element has), GRAV or CENTRIF")
      return
    }
    add(DistributedLoad(kind: .pressure(face: face), magnitude: magnitude, elements: elements))
  }

  private mutating func addGravity(
    _ elements: [Int], _ magnitude: Double, _ lines: DataLines, report: inout DeckReport
  ) {
    guard let direction = vector(lines, 3), length(direction) > 0 else {
      report.add(
        lines.place, "GRAV needs a direction", fix: "write for example ALL, GRAV, 9810., 0, 0, -1")
      return
    }
    let acceleration = magnitude * direction / length(direction)
    add(DistributedLoad(kind: .gravity(acceleration), magnitude: 1, elements: elements))
  }

  private mutating func addCentrifugal(
    _ elements: [Int], _ magnitude: Double, _ lines: DataLines, report: inout DeckReport
  ) {
    guard let point = vector(lines, 3), let axis = vector(lines, 6), length(axis) > 0 else {
      report.add(
        lines.place, "CENTRIF needs a point of the axis and its direction",
        fix: "write for example ALL, CENTRIF, 1e4, 0, 0, 0, 0, 0, 1")
      return
    }
    let kind = DistributedLoad.Kind.centrifugal(
      omegaSquared: magnitude, point: point, direction: axis / length(axis))
    add(DistributedLoad(kind: kind, magnitude: 1, elements: elements))
  }

  private mutating func readSurfaceLoads(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeLoads() }
    var lines = DataLines(card)
    while lines.next() {
      guard lines.name(1) == "P", let magnitude = lines.real(2) else {
        report.add(
          lines.place, "*DSLOAD needs surface, P, pressure", fix: "write for example TOP, P, 10.")
        continue
      }
      guard let surface = sets.surfaces[lines.name(0)] else {
        report.add(lines.place, "surface \(lines.name(0)) is not defined")
        continue
      }
      for (face, faces) in Dictionary(grouping: surface, by: \.face).sorted(by: { $0.key < $1.key }) {
        add(
          DistributedLoad(
            kind: .pressure(face: face), magnitude: magnitude, elements: faces.map(\.element)))
      }
    }
  }

  /// Adds a load; the same kind of load of an earlier step on the same elements is replaced.
  private mutating func add(_ load: DistributedLoad) {
    if olderLoads > 0 {
      let elements = Set(load.elements)
      for older in 0..<olderLoads where current.distributed[older].kind.replaces(load.kind) {
        current.distributed[older].elements.removeAll { elements.contains($0) }
      }
    }
    current.distributed.append(load)
  }

  private mutating func removeLoads() {
    current.distributed = []
    olderLoads = 0
  }

  /// Whether OP=NEW asks to forget what earlier steps brought.
  private func replaces(_ card: Card, report: inout DeckReport) -> Bool {
    switch card["OP"] ?? "MOD" {
    case "MOD": return false
    case "NEW": return true
    case let value:
      report.add(card.place, "\(card.title): OP=\(value) is not known", fix: "use MOD or NEW")
      return false
    }
  }

  private func vector(_ lines: DataLines, _ field: Int) -> SIMD3<Double>? {
    guard let x = lines.real(field), let y = lines.real(field + 1), let z = lines.real(field + 2)
    else { return nil }
    return [x, y, z]
  }
}

extension DistributedLoad.Kind {
  /// Whether a load of this kind gives way to `other` in a later step.
  fileprivate func replaces(_ other: Self) -> Bool {
    switch (self, other) {
    case (.pressure(let face), .pressure(let otherFace)): face == otherFace
    case (.gravity, .gravity), (.centrifugal, .centrifugal): true
    case (.pressure, _), (.gravity, _), (.centrifugal, _): false
    }
  }
}

// MARK: - Requests

extension StepReader {
  private mutating func readNodePrint(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert("node").inserted { current.nodePrints = [] }
    guard let name = required("NSET", card, report: &report) else { return }
    let quantities = labels(card, NodeQuantity.self, report: &report)
    guard isWanted(card, report: &report) else { return }
    current.nodePrints.append(
      NodePrint(
        setName: name, nodes: sets.named(name, .node, card.place, report: &report),
        quantities: quantities, totals: totals(card, report: &report)))
  }

  private mutating func readElementPrint(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert("element").inserted { current.elementPrints = [] }
    guard let name = required("ELSET", card, report: &report) else { return }
    let quantities = labels(card, ElementPrintQuantity.self, report: &report)
    guard isWanted(card, report: &report) else { return }
    current.elementPrints.append(
      ElementPrint(
        setName: name, elements: sets.named(name, .element, card.place, report: &report),
        quantities: quantities, totals: totals(card, report: &report),
        global: card["GLOBAL"] == "YES"))
  }

  /// `*NODE FILE`, `*EL FILE` and their `OUTPUT` forms accept each other's labels, as in CalculiX.
  private mutating func readFileRequest(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert(card.word).inserted {
      if card.word.hasPrefix("NODE") { current.nodeFile = [] } else { current.elementFile = [] }
    }
    if let output = card["OUTPUT"], output != "3D" {
      report.add(card.place, "\(card.title): OUTPUT=\(output) is not supported", fix: "remove it")
    }
    let known = NodeQuantity.allCases.map(\.rawValue) + ElementFileQuantity.allCases.map(\.rawValue)
    let wanted = labels(card, known, report: &report)
    guard isWanted(card, report: &report) else { return }
    current.nodeFile.formUnion(wanted.compactMap(NodeQuantity.init))
    current.elementFile.formUnion(wanted.compactMap(ElementFileQuantity.init))
  }

  private func labels<Quantity: RawRepresentable & CaseIterable>(
    _ card: Card, _: Quantity.Type, report: inout DeckReport
  ) -> [Quantity] where Quantity.RawValue == String {
    labels(card, Quantity.allCases.map(\.rawValue), report: &report)
      .compactMap(Quantity.init(rawValue:))
  }

  private func labels(_ card: Card, _ known: [String], report: inout DeckReport) -> [String] {
    var found: [String] = []
    var lines = DataLines(card)
    while lines.next() {
      for field in 0..<lines.count where !lines.isBlank(field) {
        if known.contains(lines.name(field)) {
          found.append(lines.name(field))
        } else {
          report.add(
            lines.place, "\(card.title): output \(lines.name(field)) is not supported",
            fix: "use " + known.joined(separator: ", "))
        }
      }
    }
    return found
  }

  private func required(_ name: String, _ card: Card, report: inout DeckReport) -> String? {
    if let value = card[name], !value.isEmpty { return value }
    report.add(card.place, "\(card.title) needs \(name)=set")
    return nil
  }

  private func totals(_ card: Card, report: inout DeckReport) -> Totals {
    switch card["TOTALS"] ?? "NO" {
    case "NO": return .no
    case "YES": return .yes
    case "ONLY": return .only
    case let value:
      report.add(card.place, "TOTALS=\(value) is not known", fix: "use YES, ONLY or NO")
      return .no
    }
  }

  /// A linear step has one increment: FREQUENCY=0 asks for nothing, anything else for its end.
  private func isWanted(_ card: Card, report: inout DeckReport) -> Bool {
    guard let text = card["FREQUENCY"] else { return true }
    guard let frequency = Int(text), frequency >= 0 else {
      report.add(card.place, "FREQUENCY=\(text) is not a whole number")
      return true
    }
    return frequency > 0
  }
}
