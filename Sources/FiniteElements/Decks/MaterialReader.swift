/// Reads `*MATERIAL`, `*ELASTIC`, `*DENSITY`, `*ORIENTATION` and `*SOLID SECTION`.
struct MaterialReader {
  var materials: [Material] = []
  var physicalConstants = PhysicalConstants()
  private var orientations: [String: Orientation] = [:]
  private(set) var sections: [Section] = []
  private(set) var sectionOfElement: [Int] = []

  mutating func read(_ cards: [KnownCard], _ mesh: Mesh, _ sets: Sets, report: inout DeckReport) {
    for card in cards.map({ ($0.kind, $0.card) }) {
      switch card.0 {
      case .material: addMaterial(card.1, report: &report)
      case .elastic: readElastic(card.1, report: &report)
      case .density: readDensity(card.1, report: &report)
      case .orientation: readOrientation(card.1, report: &report)
      case .expansion: readExpansion(card.1, report: &report)
      case .conductivity: readConductivity(card.1, report: &report)
      case .specificHeat: readSpecificHeat(card.1, report: &report)
      case .physicalConstants: readPhysicalConstants(card.1, report: &report)
      case .preprint:
        report.note(card.1.place, "\(card.1.title) has no effect in this analysis; passed over")
      case .heading, .meshFile, .node, .element, .nodeSet, .elementSet, .surface, .solidSection,
        .boundary,
        .amplitude, .concentratedLoad, .distributedLoad, .surfaceLoad, .step, .staticProcedure,
        .frequency, .buckle,
        .nodePrint,
        .elementPrint, .sectionPrint, .nodeFile, .elementFile, .nodeOutput, .elementOutput,
        .endStep,
        .dynamic, .modalDynamic, .steadyStateDynamics, .damping, .modalDamping, .baseMotion,
        .initialConditions, .timePoints,
        .temperature, .concentratedFlux, .distributedFlux, .film, .radiation,
        .heatTransfer, .coupledTemperature, .uncoupledTemperature, .controls:
        continue
      }
    }
    sectionOfElement = [Int](repeating: -1, count: mesh.elementCount)
    for card in cards where card.kind == .solidSection {
      readSection(card.card, sets, report: &report)
    }
    checkAllElementsHaveSections(cards, mesh, report: &report)
  }

  private mutating func addMaterial(_ card: Card, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*MATERIAL needs NAME=name")
      return
    }
    materials.append(Material(name: name))
  }

  private mutating func readOrientation(_ card: Card, report: inout DeckReport) {
    guard let name = card["NAME"], card["SYSTEM"] ?? "RECTANGULAR" == "RECTANGULAR" else {
      report.add(
        card.place, "*ORIENTATION needs a NAME and SYSTEM=RECTANGULAR",
        fix: "cylindrical systems are not available")
      return
    }
    var lines = DataLines(card)
    guard lines.next(), let a = vector(lines, 0), let b = vector(lines, 3) else {
      report.add(card.place, "*ORIENTATION needs the six coordinates of two points")
      return
    }
    var turn: (axis: Int, degrees: Double)?
    if lines.next(), let axis = lines.integer(0), (1...3).contains(axis) {
      turn = (axis, lines.real(1) ?? 0)
    }
    orientations[name] = Orientation(name: name, first: a, second: b, turn: turn)
    if orientations[name] == nil {
      report.add(card.place, "the two points of orientation \(name) lie on one line")
    }
  }

  private func vector(_ lines: DataLines, _ field: Int) -> SIMD3<Double>? {
    guard let x = lines.real(field), let y = lines.real(field + 1), let z = lines.real(field + 2)
    else { return nil }
    return [x, y, z]
  }

  private mutating func readSection(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    guard let set = card["ELSET"], let name = card["MATERIAL"] else {
      report.add(card.place, "*SOLID SECTION needs ELSET=set and MATERIAL=name")
      return
    }
    let elements = sets.named(set, .element, card.place, report: &report)
    for element in elements { sectionOfElement[element] = sections.count }
    guard let material = materials.last(where: { $0.name == name }) else {
      let nearest = Spelling.nearest(to: name, in: materials.map(\.name))
      report.add(
        card.place, "material \(name) is not defined", fix: nearest.map { "did you mean \($0)?" })
      return
    }
    // A material of heat transfer alone needs no elastic constants.
    let local = material.elasticity ?? Elasticity(matrix: [Double](repeating: 0, count: 36))
    let orientation = card["ORIENTATION"].flatMap { orientations[$0] }
    if let wanted = card["ORIENTATION"], orientation == nil {
      report.add(card.place, "orientation \(wanted) is not defined")
    }
    sections.append(
      Section(
        material: material, orientation: orientation,
        elasticity: orientation.map { local.rotated(from: $0.axes) } ?? local))
  }

  private func checkAllElementsHaveSections(
    _ cards: [KnownCard], _ mesh: Mesh, report: inout DeckReport
  ) {
    guard let bare = sectionOfElement.firstIndex(of: -1) else { return }
    let place =
      cards.first { $0.kind == .element || $0.kind == .meshFile }?.card.place
      ?? Place(file: "", line: 0)
    let count = sectionOfElement.count { $0 == -1 }
    report.add(
      place, "\(count) elements have no material, the first is \(mesh.elementLabels[bare])",
      fix: "add a *SOLID SECTION for their element set")
  }
}
