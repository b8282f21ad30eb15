/// A line of `*SHELL SECTION, COMPOSITE`.
struct LayerLine {
  let thickness: Double
  let material: String
  /// Nil for the axes of the shell; a layer that names none has those of the layer below, as in CalculiX.
  let orientation: String?
  let place: Place

  /// The lines of a card: thickness, points through the layer (not used, as in CalculiX), material,
  /// orientation.
  static func read(_ card: Card, report: inout DeckReport) -> [LayerLine] {
    var layers: [LayerLine] = []
    var lines = DataLines(card)
    while lines.next() {
      guard let thickness = lines.real(0), thickness > 0, !lines.isBlank(2) else {
        report.add(
          lines.place, "a layer needs a positive thickness and a material",
          fix: "write for example 0.5, , CARBON, ALONG")
        continue
      }
      layers.append(
        LayerLine(
          thickness: thickness, material: lines.name(2),
          orientation: lines.isBlank(3) ? layers.last?.orientation : lines.name(3),
          place: lines.place))
      if lines.isBlank(3), let below = layers.last?.orientation {
        report.note(
          lines.place, "the layer names no orientation and has that of the layer below, \(below)")
      }
    }
    if layers.count > Laminate.mostLayers {
      report.add(
        card.place, "\(layers.count) layers are more than \(Laminate.mostLayers)",
        fix: "join neighbours of one material and direction")
      return []
    }
    if layers.isEmpty, report.problems.isEmpty {
      report.add(card.place, "\(card.title), COMPOSITE needs a line for each layer")
    }
    return layers
  }
}

extension MaterialReader {
  /// Reads a section of layers; the section of its elements is that of the bottom one.
  mutating func readLayers(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    guard let set = card["ELSET"] else {
      report.add(card.place, "\(card.title) needs ELSET=set")
      return
    }
    for parameter in ["MATERIAL", "ORIENTATION", "NODALTHICKNESS"] where card.has(parameter) {
      report.add(
        card.place, "\(card.title): \(parameter) does not go with COMPOSITE",
        fix: parameter == "NODALTHICKNESS"
          ? "give each layer its thickness" : "name it on the line of each layer")
    }
    var layers: [Int] = []
    for line in LayerLine.read(card, report: &report) {
      guard let material = material(line.material, line.place, report: &report),
        let orientation = orientation(line, report: &report)
      else { continue }
      if material.hasVariableLaw {
        report.add(
          line.place, "material \(material.name) of a layer depends on temperature",
          fix: "give constants for one temperature; expansion may depend on it")
      }
      layers.append(sections.count)
      addSection(material, orientation.axes)
    }
    guard let first = layers.first else { return }
    for element in sets.named(set, .element, card.place, report: &report) {
      sectionOfElement[element] = first
      layersOfElement[element] = layers
    }
  }

  /// The axes that a layer names; nil, which is a problem, where they are not known.
  private func orientation(
    _ line: LayerLine, report: inout DeckReport
  ) -> (axes: Orientation?, Void)? {
    guard let name = line.orientation else { return (nil, ()) }
    guard let axes = orientations.axes[name] else {
      report.add(line.place, "orientation \(name) is not defined")
      return nil
    }
    guard axes.exceptions.isEmpty else {
      report.add(
        line.place, "orientation \(name) of a layer differs between elements",
        fix: "give each layer axes that hold for all elements of the section")
      return nil
    }
    return (axes.standard, ())
  }
}

extension Material {
  /// Whether stiffness or density depend on temperature.
  fileprivate var hasVariableLaw: Bool {
    !(elastic?.isConstant ?? true) || !(densities?.isConstant ?? true)
  }
}
