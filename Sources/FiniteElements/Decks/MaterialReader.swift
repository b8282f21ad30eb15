/// Reads `*MATERIAL`, `*ELASTIC`, `*DENSITY` and `*SOLID SECTION`.
struct MaterialReader {
  private(set) var materials: [Material] = []
  private var orientations = OrientationReader()
  private(set) var sections: [Section] = []
  private(set) var sectionOfElement: [Int] = []

  mutating func read(_ cards: [KnownCard], _ mesh: Mesh, _ sets: Sets, report: inout DeckReport) {
    orientations.read(cards, sets, report: &report)
    for card in cards.map({ ($0.kind, $0.card) }) {
      switch card.0 {
      case .material: addMaterial(card.1, report: &report)
      case .elastic: readElastic(card.1, report: &report)
      case .density: readDensity(card.1, report: &report)
      case .damping: readStructuralDamping(card.1, report: &report)
      case .expansion, .conductivity, .specificHeat, .physicalConstants, .preprint:
        report.note(card.1.place, "\(card.1.title) has no effect in this analysis; passed over")
      case .surfaceInteraction, .surfaceBehavior, .friction:
        report.note(card.1.place, "\(card.1.title) has no effect without contact; passed over")
      case .transform, .equation, .multipoint, .rigidBody, .coupling, .kinematic, .distributing,
        .distributingCoupling, .preTension, .tie, .cyclicSymmetry, .spring, .dashpot, .mass:
        continue
      case .heading, .meshFile, .node, .element, .nodeSet, .elementSet, .surface, .solidSection,
        .boundary,
        .amplitude, .concentratedLoad, .distributedLoad, .surfaceLoad, .step, .staticProcedure,
        .frequency, .buckle,
        .nodePrint,
        .elementPrint, .sectionPrint, .nodeFile, .elementFile, .nodeOutput, .elementOutput,
        .endStep,
        .dynamic, .modalDynamic, .steadyStateDynamics, .modalDamping, .baseMotion,
        .initialConditions, .timePoints, .orientation, .distribution:
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

  private mutating func readElastic(_ card: Card, report: inout DeckReport) {
    guard let last = materials.indices.last else {
      report.add(card.place, "*ELASTIC belongs to no material", fix: "put it after *MATERIAL")
      return
    }
    let type = card["TYPE"] ?? "ISOTROPIC"
    guard let law = ElasticLaw(type) else {
      report.add(
        card.place, "*ELASTIC: TYPE=\(type) is not supported",
        fix: "use ISOTROPIC, ORTHOTROPIC, ENGINEERINGCONSTANTS or ANISOTROPIC")
      return
    }
    guard let values = constants(card, law.count, perLine: law.perLine, report: &report) else {
      return
    }
    if law == .isotropic, values[1] <= -1 || values[1] >= 0.5 {
      report.add(
        card.place, "Poisson's ratio \(values[1]) is outside -1 ... 0.5",
        fix: "an incompressible material needs a hybrid element, which is not available")
      return
    }
    let elasticity = law.elasticity(values)
    guard elasticity.isPositiveDefinite else {
      report.add(card.place, "the elastic constants are not positive definite")
      return
    }
    materials[last].elasticity = elasticity
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

  private mutating func readDensity(_ card: Card, report: inout DeckReport) {
    guard let last = materials.indices.last else {
      report.add(card.place, "*DENSITY belongs to no material", fix: "put it after *MATERIAL")
      return
    }
    materials[last].density = constants(card, 1, perLine: 8, report: &report)?[0]
  }

  /// The constants of a material at one temperature; more lines would be other temperatures.
  private func constants(
    _ card: Card, _ count: Int, perLine: Int, report: inout DeckReport
  ) -> [Double]? {
    var values: [Double] = []
    var lines = DataLines(card)
    while values.count < count {
      guard lines.next() else {
        report.add(card.place, "\(card.title) has \(values.count) constants, it needs \(count)")
        return nil
      }
      for field in 0..<min(perLine, count - values.count) {
        guard let value = lines.real(field) else {
          report.add(lines.place, "\(card.title): '\(lines.text(field))' is not a number")
          return nil
        }
        values.append(value)
      }
    }
    if lines.next() {
      report.add(
        lines.place, "\(card.title) depends on temperature, which is not supported",
        fix: "give the constants of one temperature")
      return nil
    }
    return values
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
    guard let local = material.elasticity else {
      report.add(
        card.place, "material \(name) has no elastic constants", fix: "add *ELASTIC to it")
      return
    }
    let axes = card["ORIENTATION"].flatMap { orientations.axes[$0] }
    if let wanted = card["ORIENTATION"], axes == nil {
      report.add(card.place, "orientation \(wanted) is not defined")
    }
    addSection(material, local, axes?.standard)
    guard let axes, !axes.exceptions.isEmpty else { return }
    let members = Set(elements)
    for (exceptions, orientation) in axes.exceptions {
      for element in exceptions where members.contains(element) {
        sectionOfElement[element] = sections.count
      }
      addSection(material, local, orientation)
    }
  }

  private mutating func addSection(
    _ material: Material, _ local: Elasticity, _ orientation: Orientation?
  ) {
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
    let place =
      cards.first { $0.kind == .element || $0.kind == .meshFile }?.card.place
      ?? Place(file: "", line: 0)
    let count = sectionOfElement.count { $0 == -1 }
    report.add(
      place, "\(count) elements have no material, the first is \(mesh.elementLabels[bare])",
      fix: "add a *SOLID SECTION for their element set")
  }
}

/// The ways to give elastic constants.
private enum ElasticLaw: Equatable {
  case isotropic, orthotropic, engineering, anisotropic

  init?(_ type: String) {
    switch type.filter({ !$0.isWhitespace }) {
    case "ISO", "ISOTROPIC": self = .isotropic
    case "ORTHO", "ORTHOTROPIC": self = .orthotropic
    case "ENGINEERINGCONSTANTS": self = .engineering
    case "ANISO", "ANISOTROPIC": self = .anisotropic
    default: return nil
    }
  }

  var count: Int {
    switch self {
    case .isotropic: 2
    case .orthotropic, .engineering: 9
    case .anisotropic: 21
    }
  }

  var perLine: Int { 8 }

  func elasticity(_ values: [Double]) -> Elasticity {
    switch self {
    case .isotropic: .isotropic(young: values[0], poisson: values[1])
    case .orthotropic: .orthotropic(values)
    case .engineering: .engineering(values)
    case .anisotropic: .anisotropic(values)
    }
  }
}
