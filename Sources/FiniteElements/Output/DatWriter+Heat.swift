/// Temperatures and heat.
extension DatWriter {
  /// One number for each node.
  mutating func writeScalars(_ nodes: [Int], _ values: [Double]) throws {
    guard !values.isEmpty else { return }
    for node in nodes {
      try output.beginLine()
      output.integer(deck.mesh.nodeLabels[node], width: 10)
      output.spaces(1)
      output.scientific(values[node], decimals: 6)
      output.newline()
    }
  }

  /// Heat that conduction carries away from nodes, and its sum.
  mutating func writeHeatFlows(_ print: NodePrint, _ frame: Frame) throws {
    guard !frame.heatFlows.isEmpty else { return }
    if print.totals != .only {
      try writeTitle("heat generation", print.setName, frame)
      try writeScalars(print.nodes, frame.heatFlows)
    }
    guard print.totals != .no else { return }
    try writeTitle("total heat generation", print.setName, frame)
    output.spaces(7)
    output.scientific(print.nodes.reduce(0) { $0 + frame.heatFlows[$1] }, decimals: 6)
    output.newline()
  }

  /// Heat flux at the integration points.
  mutating func writeHeatFlux(_ print: ElementPrint, _ fields: PointFields) throws {
    for element in print.elements {
      let orientation = deck.sections[deck.sectionOfElement[element]].orientation
      for point in fields.range(of: element) {
        let axes =
          print.global ? nil : deck.localAxes(ofPoint: point - fields.starts[element], of: element)
        try output.beginLine()
        output.integer(deck.mesh.elementLabels[element], width: 10)
        output.spaces(1)
        output.integer(point - fields.starts[element] + 1, width: 3)
        let q = SIMD3(
          fields.heatFlux[3 * point], fields.heatFlux[3 * point + 1],
          fields.heatFlux[3 * point + 2])
        for direction in 0..<3 {
          output.spaces(1)
          output.scientific(axes.map { dot($0[direction], q) } ?? q[direction], decimals: 6)
        }
        if axes != nil { try writeName(orientation) }
        output.newline()
      }
    }
  }

  /// Local axes are marked with their name, A20.
  mutating func writeName(_ orientation: Orientation?) throws {
    guard let name = orientation?.name else { return }
    output.spaces(1)
    try output.text(name + String(repeating: " ", count: max(20 - name.utf8.count, 0)))
  }

  /// The heat flux through the faces of a section (`*SECTION PRINT`, FLUX).
  mutating func writeFlux(_ print: SectionPrint, _ frame: Frame) throws {
    guard !frame.temperatures.isEmpty else { return }
    let section = SectionFlux(print.faces, deck, frame.temperatures)
    try writeTitle("heat flux at the integration points", print.surfaceName, frame)
    output.put("        el  fa  int heat flux q and             coordinates\n\n")
    for point in section.points {
      try output.beginLine()
      output.integer(deck.mesh.elementLabels[point.face.element], width: 10)
      output.spaces(1)
      output.integer(point.face.face + 1, width: 3)
      output.spaces(1)
      output.integer(point.number + 1, width: 3)
      for value in [point.flux, point.position.x, point.position.y, point.position.z] {
        output.spaces(1)
        output.scientific(value, decimals: 6)
      }
      output.newline()
    }
    try writeTitle("total surface flux (q)", print.surfaceName, frame)
    output.spaces(1)
    output.scientific(section.total, decimals: 6)
    output.newline()
  }
}
