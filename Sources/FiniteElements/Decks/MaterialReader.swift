/// Reads `*MATERIAL`, `*ELASTIC`, `*DENSITY` and `*SOLID SECTION`.
struct MaterialReader {
  var materials: [Material] = []
  var physicalConstants = PhysicalConstants()
  private(set) var orientations = OrientationReader()
  private(set) var sections: [Section] = []
  var sectionOfElement: [Int] = []
  /// The sections of the layers of composite shells, the bottom first.
  var layersOfElement: [Int: [Int]] = [:]
  /// Where materials are nearly incompressible: the place and Poisson's ratio, by name.
  var incompressible: [String: (place: Place, ratio: Double)] = [:]

  mutating func read(_ cards: [KnownCard], _ mesh: Mesh, _ sets: Sets, report: inout DeckReport) {
    orientations.read(cards, sets, report: &report)
    for known in cards { Self.handlers[known.kind]?(&self, known.card, &report) }
    sectionOfElement = [Int](repeating: -1, count: mesh.elementCount)
    for card in cards where card.kind.isSection {
      readSection(card.card, sets, report: &report)
    }
    checkAllElementsHaveSections(cards, mesh, report: &report)
    noteLocking(mesh, sets, report: &report)
  }

  /// Bricks, wedges and tetrahedra of first order with full integration keep their volume at every point, which
  /// leaves them hardly any deformation [T. J. R. Hughes, The Finite Element Method, 1987, section 4.3].
  private func noteLocking(_ mesh: Mesh, _ sets: Sets, report: inout DeckReport) {
    guard !incompressible.isEmpty else { return }
    var told: Set<String> = []
    for (element, given) in mesh.elementKinds.enumerated() where sectionOfElement[element] >= 0 {
      let structural = sets.structural[element]
      let name = sections[sectionOfElement[element]].material.name
      guard [.c3d4, .c3d6, .c3d8].contains(structural?.solid ?? given),
        structural?.keepsVolume ?? true, let known = incompressible[name],
        told.insert(name).inserted
      else { continue }
      report.note(
        known.place,
        "with Poisson's ratio \(known.ratio) elements of first order such as "
          + "\(mesh.elementLabels[element]) are far too stiff; use C3D20R, C3D10, C3D8R or C3D8I")
    }
  }

  private typealias Handler = @Sendable (inout Self, Card, inout DeckReport) -> Void

  /// What is done with the cards of materials; other cards are for other readers.
  private static let handlers: [CardKind: Handler] = [
    .material: { $0.addMaterial($1, report: &$2) },
    .elastic: { $0.readElastic($1, report: &$2) },
    .density: { $0.readDensity($1, report: &$2) },
    .damping: { $0.readStructuralDamping($1, report: &$2) },
    .expansion: { $0.readExpansion($1, report: &$2) },
    .conductivity: { $0.readConductivity($1, report: &$2) },
    .specificHeat: { $0.readSpecificHeat($1, report: &$2) },
    .physicalConstants: { $0.readPhysicalConstants($1, report: &$2) },
    .preprint: { _, card, report in passOver(card, "in this analysis", report: &report) },
    .surfaceInteraction: { _, card, report in passOver(card, "without contact", report: &report) },
    .surfaceBehavior: { _, card, report in passOver(card, "without contact", report: &report) },
    .friction: { _, card, report in passOver(card, "without contact", report: &report) },
  ]

  private static func passOver(_ card: Card, _ why: String, report: inout DeckReport) {
    report.note(card.place, "\(card.title) has no effect \(why); passed over")
  }

  private mutating func addMaterial(_ card: Card, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*MATERIAL needs NAME=name")
      return
    }
    materials.append(Material(name: name))
  }

  private mutating func readStructuralDamping(_ card: Card, report: inout DeckReport) {
    guard let text = card["STRUCTURAL"] else { return }
    let bytes = Array(text.utf8)
    guard let last = materials.indices.last,
      let value = NumberParsing.real(bytes, 0..<bytes.count)
    else {
      report.add(
        card.place, "*DAMPING: STRUCTURAL needs a number, and a material before it",
        fix: "put it after *MATERIAL")
      return
    }
    materials[last].structuralDamping = value
  }

  private mutating func readSection(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    guard !card.has("COMPOSITE") else { return readLayers(card, sets, report: &report) }
    guard let set = card["ELSET"], let name = card["MATERIAL"] else {
      report.add(card.place, "\(card.title) needs ELSET=set and MATERIAL=name")
      return
    }
    let elements = sets.named(set, .element, card.place, report: &report)
    for element in elements {
      sectionOfElement[element] = sections.count
      layersOfElement[element] = nil
    }
    guard let material = material(name, card.place, report: &report) else { return }
    let axes = card["ORIENTATION"].flatMap { orientations.axes[$0] }
    if let wanted = card["ORIENTATION"], axes == nil {
      report.add(card.place, "orientation \(wanted) is not defined")
    }
    addSection(material, axes?.standard)
    guard let axes, !axes.exceptions.isEmpty else { return }
    let members = Set(elements)
    for (exceptions, orientation) in axes.exceptions {
      for element in exceptions where members.contains(element) {
        sectionOfElement[element] = sections.count
      }
      addSection(material, orientation)
    }
  }

  func material(_ name: String, _ place: Place, report: inout DeckReport) -> Material? {
    if let material = materials.last(where: { $0.name == name }) { return material }
    let nearest = Spelling.nearest(to: name, in: materials.map(\.name))
    report.add(
      place, "material \(name) is not defined", fix: nearest.map { "did you mean \($0)?" })
    return nil
  }

  mutating func addSection(_ material: Material, _ orientation: Orientation?) {
    // A material of heat transfer alone needs no elastic constants.
    let local = material.elasticity ?? Elasticity(matrix: [Double](repeating: 0, count: 36))
    let axes = orientation.flatMap { $0.isUniform ? $0.axes(at: .zero) : nil }
    sections.append(
      Section(
        material: material, orientation: orientation,
        elasticity: axes.map { local.rotated(from: $0) } ?? local))
  }

  private func checkAllElementsHaveSections(
    _ cards: [KnownCard], _ mesh: Mesh, report: inout DeckReport
  ) {
    guard let bare = sectionOfElement.firstIndex(of: -1) else { return }
    let count = sectionOfElement.count { $0 == -1 }
    report.add(
      cards.placeOfElements,
      "\(count) elements have no material, the first is \(mesh.elementLabels[bare])",
      fix: "add a *SOLID SECTION for their element set")
  }
}
