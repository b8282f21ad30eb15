/// Writes the results that `*NODE PRINT` and `*EL PRINT` ask for, in the layout of CalculiX's `.dat`.
package struct DatWriter: ~Copyable {
  let deck: Deck
  var output: OutputBuffer
  /// The step whose title was written last.
  private var shownStep = 0

  package init(deck: Deck, sink: @escaping ByteSink) {
    self.deck = deck
    output = OutputBuffer(sink)
  }

  /// Appends what a step prints.
  package mutating func write(_ frame: Frame) throws {
    let step = frame.step
    guard
      !step.nodePrints.isEmpty || !step.elementPrints.isEmpty || !step.sectionPrints.isEmpty
    else { return }
    let frame = frame.withMechanics(in: deck)
    if case .mode(let number) = frame.kind {
      try writeModeHeading(number)
    } else {
      try writeHeader(frame)
    }
    var shownSurfaces: Set<String> = []
    for print in step.prints {
      switch print {
      case .node(let print):
        for quantity in print.quantities { try write(print, quantity, frame) }
      case .element(let print):
        for quantity in print.quantities { try write(print, quantity, frame) }
      case .section(let print): try write(print, frame, &shownSurfaces)
      }
    }
  }

  /// Hands on what is left. Must be called at the end.
  package mutating func finish() throws { try output.flush() }

  private mutating func writeHeader(_ frame: Frame) throws {
    try showStep(frame.step.number)
    guard frame.kind == .state else { return }
    try output.beginLine()
    output.spaces(32)
    output.put("INCREMENT ")
    output.integer(frame.increment, width: 5)
    output.put("\n\n")
  }

  /// Writes the title of a step before what it prints first.
  mutating func showStep(_ number: Int) throws {
    try output.beginLine()
    output.newline()
    guard shownStep != number else { return }
    shownStep = number
    output.spaces(24)
    output.put("S T E P")
    output.integer(number, width: 8)
    output.put("\n\n\n")
  }

  mutating func writeTitle(_ title: String, _ set: String, _ frame: Frame) throws {
    try output.beginLine()
    output.newline()
    try output.text(" \(title) for set \(set) and time ")
    try output.text(Self.fortranE14(frame.time))
    output.put("\n\n")
  }

  /// Fortran's `E14.7`: `  0.1000000E+01`.
  static func fortranE14(_ value: Double) -> String {
    let (digits, exponent) = DecimalDigits.rounded(value.magnitude, decimals: 6)
    let padded = String(repeating: "0", count: 7 - String(digits).count) + String(digits)
    let shown = digits == 0 ? 0 : exponent + 1
    let size = String(shown.magnitude)
    // Exponents of three digits leave no room for the letter.
    return (value < 0 ? " -" : "  ").dropFirst() + "0." + padded + (size.count > 2 ? "" : "E")
      + (shown < 0 ? "-" : "+") + (size.count < 2 ? "0" + size : size)
  }
}

// MARK: - Nodes

extension DatWriter {
  private mutating func write(
    _ print: NodePrint, _ quantity: NodeQuantity, _ frame: Frame
  ) throws {
    switch quantity {
    // TOTALS is about forces and heat; other quantities have no totals and print their rows anyhow.
    case .displacement:
      try writeTitle("displacements (vx,vy,vz)", print.setName, frame)
      try writeRows(print, frame.displacements)
    case .phase: return
    case .velocity:
      guard !frame.velocities.isEmpty else { return }
      try writeTitle("velocities (vx,vy,vz)", print.setName, frame)
      try writeRows(print, frame.velocities)
    case .force:
      try writeVectors(print, "force", "forces (fx,fy,fz)", frame.internalForces, frame)
    case .temperature:
      guard !frame.temperatures.isEmpty else { return }
      try writeTitle("temperatures", print.setName, frame)
      try writeScalars(print.nodes, frame.temperatures)
    case .heatFlow: try writeHeatFlows(print, frame)
    }
  }

  /// Forces and their sum.
  private mutating func writeVectors(
    _ print: NodePrint, _ name: String, _ title: String, _ values: [Double], _ frame: Frame
  ) throws {
    if print.totals != .only {
      try writeTitle(title, print.setName, frame)
      try writeRows(print, values)
    }
    guard print.totals != .no else { return }
    try writeTitle("total \(name) (fx,fy,fz)", print.setName, frame)
    output.spaces(6)
    for direction in 0..<3 {
      output.spaces(1)
      output.scientific(print.nodes.reduce(0) { $0 + values[3 * $1 + direction] }, decimals: 6)
    }
    output.newline()
  }

  /// Vectors at nodes, in the nodes' own axes unless the print asks for global ones; such rows are
  /// marked with L.
  private mutating func writeRows(_ print: NodePrint, _ values: [Double]) throws {
    for node in print.nodes {
      try output.beginLine()
      output.integer(deck.mesh.nodeLabels[node], width: 10)
      var vector = SIMD3(values[3 * node], values[3 * node + 1], values[3 * node + 2])
      let axes =
        print.global ? nil : deck.transforms[node]?.axes(at: deck.mesh.position(of: node))
      if let axes {
        vector = SIMD3(dot(axes[0], vector), dot(axes[1], vector), dot(axes[2], vector))
      }
      for direction in 0..<3 {
        output.spaces(1)
        output.scientific(vector[direction], decimals: 6)
      }
      if axes != nil { output.put(" L") }
      output.newline()
    }
  }
}

extension Frame {
  /// The frame with zeros for what a heat transfer step leaves unknown, as CalculiX prints it.
  fileprivate func withMechanics(in deck: Deck) -> Frame {
    guard internalForces.isEmpty else { return self }
    var frame = self
    frame.internalForces = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    let zeros = [Double](repeating: 0, count: 6 * fields.volumes.count)
    (frame.fields.stress, frame.fields.strain) = (zeros, zeros)
    return frame
  }
}

extension Step {
  fileprivate enum Print {
    case node(NodePrint)
    case element(ElementPrint)
    case section(SectionPrint)
  }

  /// What is printed, in the order of the cards.
  fileprivate var prints: [Print] {
    var ordered: [(order: Int, print: Print)] = nodePrints.map { ($0.order, .node($0)) }
    ordered += elementPrints.map { ($0.order, .element($0)) }
    ordered += sectionPrints.map { ($0.order, .section($0)) }
    return ordered.enumerated()
      .sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
      .map(\.element.print)
  }
}
