/// What `*EL PRINT` asks for.
extension DatWriter {
  mutating func write(
    _ print: ElementPrint, _ quantity: ElementPrintQuantity, _ frame: Frame
  ) throws {
    let fields = frame.fields
    // TOTALS is about elements; what is printed for points has no totals and is printed anyhow.
    switch quantity {
    case .stress:
      try writeTitle(
        "stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz)", print.setName, frame)
      try writeTensors(print, fields, fields.stress)
    case .strain:
      try writeTitle("strains (elem, integ.pnt.,exx,eyy,ezz,exy,exz,eyz)", print.setName, frame)
      try writeTensors(print, fields, fields.strain)
    case .mechanicalStrain:
      try writeTitle(
        "mechanical strains (elem, integ.pnt.,exx,eyy,ezz,exy,exz,eyz)", print.setName, frame)
      try writeTensors(print, fields, fields.mechanicalStrain)
    case .heatFlux:
      guard !fields.heatFlux.isEmpty else { return }
      try writeTitle("heat flux (elem, integ.pnt.,qx,qy,qz)", print.setName, frame)
      try writeHeatFlux(print, fields)
    case .bodyHeat:
      try writeElements(print, "body heating", "element, volume", frame) { element in
        let volume = fields.range(of: element).reduce(0) { $0 + fields.volumes[$1] }
        return (frame.bodyHeat[element] ?? 0) * volume
      } discrete: { _ in
        0
      }
    case .energyDensity:
      guard !fields.strain.isEmpty else { return }
      try writeTitle(
        "internal energy density (elem, integ.pnt.,energy)", print.setName, frame)
      try writePoints(print, fields) { output, point, _ in
        output.spaces(1)
        output.scientific(fields.energyDensity(at: point), decimals: 6)
      }
    case .coordinates:
      let mesh = deck.mesh
      try writeTitle("global coordinates (elem, integ.pnt.,x,y,z)", print.setName, frame)
      try writePoints(print, fields) { output, point, element in
        let place = mesh.position(ofPoint: point - fields.starts[element], of: element)
        for direction in 0..<3 {
          output.spaces(1)
          output.scientific(place[direction], decimals: 6)
        }
      }
    case .mass: try writeMasses(print, frame)
    case .volume:
      try writeElements(print, "volume", "element, volume", frame) { element in
        fields.range(of: element).reduce(0) { $0 + fields.volumes[$1] }
      } discrete: { _ in
        0
      }
    case .energy:
      try writeElements(print, "internal energy", "element, energy", frame) { element in
        fields.range(of: element).reduce(0) {
          $0 + fields.volumes[$1] * fields.energyDensity(at: $1)
        }
      } discrete: {
        $0.energy($0.stiffness, frame.displacements)
      }
    case .kineticEnergy:
      let deck = deck
      try writeElements(print, "kinetic energy", "elem, energy", frame) { element in
        deck.kineticEnergy(of: element, frame)
      } discrete: {
        $0.energy($0.mass, frame.velocities)
      }
    }
  }

  private mutating func writeTensors(
    _ print: ElementPrint, _ fields: PointFields, _ values: [Double]
  ) throws {
    guard !values.isEmpty else { return }
    let deck = deck
    for element in print.elements {
      for point in fields.range(of: element) {
        try output.beginLine()
        output.integer(deck.mesh.elementLabels[element], width: 10)
        output.spaces(1)
        output.integer(point - fields.starts[element] + 1, width: 3)
        let axes =
          print.global ? nil : deck.localAxes(ofPoint: point - fields.starts[element], of: element)
        let tensor = Tensor(values[(6 * point)..<(6 * point + 6)])
        for component in axes.map({ tensor.components(in: $0) }) ?? tensor.components {
          output.spaces(1)
          output.scientific(component, decimals: 6)
        }
        if axes != nil {
          let section = deck.section(ofPoint: point - fields.starts[element], of: element)
          try writeName(section.orientation)
        }
        output.newline()
      }
    }
  }

  private mutating func writePoints(
    _ print: ElementPrint, _ fields: PointFields,
    _ value: (inout OutputBuffer, _ point: Int, _ element: Int) -> Void
  ) throws {
    for element in print.elements {
      for point in fields.range(of: element) {
        try output.beginLine()
        output.integer(deck.mesh.elementLabels[element], width: 10)
        output.spaces(1)
        output.integer(point - fields.starts[element] + 1, width: 3)
        value(&output, point, element)
        output.newline()
      }
    }
  }

  /// One number for each element, and their sum.
  private mutating func writeElements(
    _ print: ElementPrint, _ title: String, _ columns: String, _ frame: Frame,
    _ value: (Int) -> Double, discrete: (DiscreteElement) -> Double
  ) throws {
    let rows = rows(of: print)
    let values = rows.map { row in
      switch row.source {
      case .solid(let element): value(element)
      case .discrete(let element): discrete(element)
      case .nothing: 0.0
      }
    }
    if print.totals != .only {
      try writeTitle("\(title) (\(columns))", print.setName, frame)
      for (row, value) in zip(rows, values) {
        try output.beginLine()
        output.integer(row.label, width: 10)
        output.spaces(1)
        output.scientific(value, decimals: 6)
        output.newline()
      }
    }
    guard print.totals != .no else { return }
    try writeTitle("total \(title)", print.setName, frame)
    output.spaces(7)
    output.scientific(values.reduce(0, +), decimals: 6)
    output.newline()
  }
}

extension PointFields {
  /// The integration points of an element.
  func range(of element: Int) -> Range<Int> { starts[element]..<starts[element + 1] }
}
