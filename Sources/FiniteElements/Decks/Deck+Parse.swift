extension Deck {
  /// Reads a deck and everything it includes, and checks it; all problems are reported at once.
  ///
  /// - Parameters:
  ///   - name: the main file's name, for messages.
  ///   - text: the main file's bytes.
  ///   - placeholders: what to put for `{name}`; a placeholder with a default needs no value.
  ///   - meshes: meshes of Gmsh that have been read already, by the name under which the deck includes them.
  ///   - include: the bytes of an included file, named as in the deck.
  package static func parse(
    name: String, text: [UInt8], placeholders: [String: String] = [:],
    meshes: [String: GmshMesh] = [:],
    include: @escaping (String) throws -> [UInt8]
  ) throws(DeckProblems) -> Deck {
    var report = DeckReport()
    var lexer = CardLexer(placeholders: placeholders, meshes: meshes, include: include)
    lexer.read(name: name, bytes: text, report: &report)
    if lexer.lacksMesh { try report.throwIfAny() }
    let (cards, incompleteSteps) = CardChecker.check(lexer.cards, report: &report)

    var meshReader = MeshReader()
    meshReader.cutBeams = SpecialElementReader.cutBeams(cards)
    var mesh = meshReader.read(cards, report: &report)
    // Nothing else can be said of elements that have no nodes at all.
    if mesh.nodeCount == 0 { try report.throwIfAny() }
    let structural = meshReader.structural(in: mesh)
    var sets = Sets(mesh)
    for (element, kind, _) in structural { sets.structural[element] = kind }
    sets.isIncomplete = meshReader.hasForeignElements
    let specials = SpecialElementReader(
      cards, mesh, cut: meshReader.cutBeams, report: &report
    ).elements
    sets.add(specials)
    sets.read(cards, mesh, meshReader, report: &report)
    var materials = MaterialReader()
    materials.read(cards, mesh, sets, report: &report)
    var structures: Structures?
    if !structural.isEmpty {
      let expansion = StructureExpansion(mesh, sets, structural, cards, report: &report)
      mesh = expansion.mesh()
      structures = Structures(expansion)
    }
    var amplitudes = AmplitudeReader()
    amplitudes.read(cards, report: &report)
    var constraints = ConstraintReader(
      mesh, sets, specials, companions: Companions(labelledCount: mesh.nodeCount))
    constraints.read(cards, report: &report)
    var discretes = DiscreteReader(specials, constraints.mesh, constraints.orientations)
    discretes.read(cards, &constraints.companions, report: &report)
    var steps = StepReader(
      model: constraints, discretes: discretes.discretes, amplitudes: amplitudes.amplitudes,
      incompleteSteps: incompleteSteps, structures: structures)
    var timePoints = TimePointReader()
    timePoints.read(cards, report: &report)
    steps.timePoints = timePoints.timePoints
    steps.read(cards, report: &report)
    var initial = InitialConditionReader()
    initial.read(cards, sets, report: &report)
    try report.throwIfAny()
    try requireWork(name, mesh, steps.steps)
    var deck = Deck(
      heading: heading(cards), mesh: constraints.mesh,
      sections: materials.sections,
      sectionOfElement: materials.sectionOfElement, materials: materials.materials,
      discretes: discretes.discretes, companions: steps.companions,
      transforms: constraints.transforms, sector: constraints.sector, steps: steps.steps,
      notices: report.notices)
    deck.takeLaminates(materials)
    deck.sector?.highestLabel =
      (mesh.nodeLabels.prefix(sets.nodeCount).last ?? 0)
      + ReservedLabels(sets, mesh, structural).count(cards)
    deck.physicalConstants = materials.physicalConstants
    deck.take(initial, report: &report)
    deck.damping = steps.damping
    deck.checkMaterials(report: &report)
    try report.throwIfAny()
    deck.join(structures)
    return deck
  }

  private static func requireWork(
    _ name: String, _ mesh: Mesh, _ steps: [Step]
  ) throws(DeckProblems) {
    var report = DeckReport()
    let start = Place(file: name, line: 1)
    if mesh.elementCount == 0 {
      report.add(start, "the deck has no elements")
    } else if steps.isEmpty {
      report.add(start, "the deck has no step", fix: "add *STEP and *STATIC")
    }
    try report.throwIfAny()
  }

  /// Makes one body of what was read.
  private mutating func join(_ structures: Structures?) {
    if let structures { ShellAxes.turnSections(of: &self, structures) }
    connect(structures)
    mesh = mesh.appending(companions)
    layering = structures.flatMap { Layering(self, $0) }
  }

  private mutating func takeLaminates(_ materials: MaterialReader) {
    for (element, layers) in materials.layersOfElement {
      guard let table = mesh.sectionTables[element] else { continue }
      laminates[element] = Laminate(
        sections: layers, pointsPerLayer: table.pointCount / layers.count)
    }
  }

  private mutating func take(_ initial: InitialConditionReader, report: inout DeckReport) {
    initialTemperatures = initial.temperatures
    initialTemperatureGradients = initial.temperatureGradients
    initialDisplacements = initial.displacements
    initialVelocities = initial.velocities
    initialStress = initial.initialStress(in: mesh, report: &report)
  }

  private static func heading(_ cards: [KnownCard]) -> [String] {
    cards.filter { $0.kind == .heading }.flatMap { known in
      known.card.data.flatMap { segment in
        segment.source.bytes[segment.bytes].split(separator: Ascii.newline).map {
          var line = $0
          if line.last == Ascii.carriageReturn { line.removeLast() }
          return String(decoding: line, as: UTF8.self)
        }
      }
    }
  }
}
