/// Writes mesh and fields in the layout of CalculiX's `.frd` file (ASCII).
///
/// Fields stand at the nodes: extrapolated from the integration points and averaged.
package struct FrdWriter: ~Copyable {
  let deck: Deck
  private let mesh: Mesh
  private let sectionOfElement: [Int]
  private let nodes: [Int]
  private let temperatureNodes: Set<Int>
  private let copies: SectorCopies
  var output: OutputBuffer
  /// The nodes whose values are written next.
  private(set) var shown: [Int] = []
  /// The real part of the stress of a harmonic response whose imaginary part follows.
  var realStress: [Double] = []
  private var blockCount = 0
  private var frameCount = 0

  package init(deck: Deck, sink: @escaping ByteSink) {
    self.deck = deck
    (mesh, sectionOfElement) = deck.fileMesh
    copies = SectorCopies(deck, mesh)
    nodes = deck.fileNodes
    temperatureNodes = deck.temperatureNodes
    output = OutputBuffer(sink)
  }

  /// Writes the heading and the mesh. Must be called first.
  package mutating func begin() throws {
    for line in header() {
      try output.text(line)
      try output.beginLine()
      output.newline()
    }
    try writeNodes()
    try writeElements()
  }

  /// Appends the fields that a step asks for.
  package mutating func write(_ frame: Frame, _ nodal: NodalFields) throws {
    guard !frame.step.nodeFile.isEmpty || !frame.step.elementFile.isEmpty else { return }
    frameCount += 1
    show(frame.step.nodeFileNodes)
    if frame.step.nodeFile.contains(.displacement), !nodal.stress.isEmpty {
      try writeVectors("DISP", "D", frame, frame.displacements)
    }
    if frame.step.nodeFile.contains(.temperature), !frame.temperatures.isEmpty {
      let others = shown
      let own = temperatureNodes.filter { frame.step.nodeFileNodes?.contains($0) ?? true }
      shown = (shown + own).sorted()
      try writeScalars("NDTEMP", "T", frame, extended(frame.temperatures, components: 1))
      shown = others
    }
    if frame.step.nodeFile.contains(.velocity), !frame.velocities.isEmpty {
      try writeVectors("VELO", "V", frame, frame.velocities)
    }
    show(frame.step.elementFileNodes)
    if frame.step.elementFile.contains(.stress), !nodal.stress.isEmpty {
      try writeTensors("STRESS", "S", frame, nodal.stress)
    }
    if !nodal.strain.isEmpty {
      try writeTensors("TOSTRAIN", "E", frame, nodal.strain)
    }
    if !nodal.mechanicalStrain.isEmpty {
      try writeTensors("MESTRAIN", "ME", frame, nodal.mechanicalStrain)
    }
    if !nodal.thermalStrain.isEmpty {
      try writeTensors("THSTRAIN", "TH", frame, nodal.thermalStrain)
    }
    if frame.step.nodeFile.contains(.force), !nodal.stress.isEmpty {
      show(frame.step.nodeFileNodes)
      let whole = deck.showsExpanded ? 1 : deck.structures?.ringFactor ?? 1
      try writeVectors(
        "FORC", "F", frame,
        whole == 1 ? frame.internalForces : frame.internalForces.map { whole * $0 })
      show(frame.step.elementFileNodes)
    }
    if !nodal.energyDensity.isEmpty {
      try writeScalars("ENER", "ENER", frame, nodal.energyDensity)
    }
    if frame.step.elementFile.contains(.heatFlux), !nodal.heatFlux.isEmpty {
      try writeVectors("FLUX", "F", frame, nodal.heatFlux)
    }
    if frame.step.nodeFile.contains(.heatFlow), !frame.heatFlows.isEmpty {
      try writeScalars("RFL", "RFL", frame, frame.heatFlows)
    }
    if frame.step.writesStressError, !nodal.stress.isEmpty {
      try writeError(frame, nodal.stressError)
    }
    try writePhases(frame, nodal)
  }

  /// Chooses the nodes of elements among those that a request chose.
  mutating func show(_ wanted: [Int]?) {
    shown =
      temperatureNodes.isEmpty ? nodes : nodes.filter { !temperatureNodes.contains($0) }
    guard let wanted else { return }
    let chosen = deck.fileNodes(standingFor: wanted)
    shown = shown.filter { chosen.contains($0) }
  }

  /// Writes the end mark and hands on what is left. Must be called at the end.
  package mutating func finish() throws {
    try output.beginLine()
    output.put(" 9999\n")
    try output.flush()
  }
}

// MARK: - Mesh

extension FrdWriter {
  private func header() -> [String] {
    let heading = deck.heading.first ?? ""
    var lines = ["    1C", "    1U" + Self.padded(heading, to: 66)]
    lines += ["USER", "DATE", "TIME", "HOST", "PGM               Kiln", "VERSION", "DIR", "DBN"]
      .map { "    1U" + Self.padded($0, to: 66) }
    for (number, material) in deck.materials.enumerated() {
      lines.append("    1UMAT" + Self.right(number + 1, 5) + Self.padded(material.name, to: 58))
    }
    return lines
  }

  private static func padded(_ text: String, to width: Int) -> String {
    let text = text.prefix(width)
    return text + String(repeating: " ", count: width - text.count)
  }

  private static func right(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: " ", count: max(width - text.count, 0)) + text
  }

  private mutating func writeNodes() throws {
    try output.beginLine()
    output.put("    2C")
    output.integer(copies.count * nodes.count, width: 30)
    output.integer(1, width: 38)
    output.newline()
    for copy in 0..<copies.count {
      let axes = copies.axes(of: copy)
      for node in nodes {
        try output.beginLine()
        output.put(" -1")
        output.integer(mesh.nodeLabels[node] + copy * copies.nodeStep, width: 10)
        let own = mesh.position(of: node)
        let place = copy == 0 ? own : copies.place(own, axes)
        for direction in 0..<3 { output.scientific(place[direction], decimals: 5) }
        output.newline()
      }
    }
    output.put(" -3\n")
  }

  private mutating func writeElements() throws {
    let materialOfSection = deck.sections.map { section in
      (deck.materials.firstIndex { $0.name == section.material.name } ?? 0) + 1
    }
    try output.beginLine()
    output.put("    3C")
    let allLines = deck.fileLines.sorted { $0.label < $1.label }
    output.integer(copies.count * (mesh.elementCount + allLines.count), width: 30)
    output.integer(1, width: 38)
    output.newline()
    for copy in 0..<copies.count {
      var lines = allLines[...]
      for element in 0..<mesh.elementCount {
        while let line = lines.first, line.label < mesh.elementLabels[element] {
          try writeElement(line.label, type: 11, deck.materials.count + 1, line.nodes, copy)
          lines.removeFirst()
        }
        let shown = deck.fileElement(element)
        let solid = Array(mesh.nodes(of: element))
        try writeElement(
          mesh.elementLabels[element], type: shown?.type ?? mesh.elementKinds[element].frdType,
          materialOfSection[sectionOfElement[element]],
          shown?.nodes ?? mesh.elementKinds[element].frdOrder.map { solid[$0] }, copy)
      }
      for line in lines {
        try writeElement(line.label, type: 11, deck.materials.count + 1, line.nodes, copy)
      }
    }
    output.put(" -3\n")
  }
}

extension FrdWriter {
  private mutating func writeElement(
    _ label: Int, type: Int, _ material: Int, _ nodes: [Int], _ copy: Int
  ) throws {
    try output.beginLine()
    output.put(" -1")
    output.integer(label + copy * copies.elementStep, width: 10)
    output.integer(type, width: 5)
    output.integer(0, width: 5)
    output.integer(material, width: 5)
    for (place, node) in nodes.enumerated() {
      if place % 10 == 0 { output.put("\n -2") }
      output.integer(mesh.nodeLabels[node] + copy * copies.nodeStep, width: 10)
    }
    output.newline()
  }
}

// MARK: - Fields

extension FrdWriter {
  mutating func beginBlock(_ frame: Frame, _ name: String, components: Int) throws {
    blockCount += 1
    try output.beginLine()
    output.put("    1PSTEP")
    output.integer(blockCount, width: 26)
    output.integer(frame.kind == .state ? frame.increment : 1, width: 12)
    output.integer(frame.step.number, width: 12)
    output.put("          \n")
    if let mode = frame.mode, mode.kind == .vibration { try writeModeLines(mode) }
    output.put("  100CL")
    output.integer(100 + frameCount, width: 5)
    try output.text(Self.time(frame.frdTime))
    output.integer(copies.count * shown.count, width: 12)
    output.spaces(20)
    output.integer(frame.frdType, width: 2)
    output.integer(frameCount, width: 5)
    output.put(frame.mode?.kind == .vibration ? "MODAL     " : "          ")
    output.integer(1, width: 2)
    output.put("\n -4  ")
    // The mark of an imaginary part takes the eighth letter's place.
    try output.text(Self.padded(frame.isImaginary ? name.prefix(7) + "I" : name, to: 8))
    output.integer(components, width: 5)
    output.integer(1, width: 5)
    output.newline()
  }

  /// Modal mass, modal stiffness and number of a mode of vibration.
  private mutating func writeModeLines(_ mode: ModeFacts) throws {
    for (name, value) in [("PGM", 1), ("PGK", mode.eigenvalue)] {
      try output.beginLine()
      try output.text("    1\(name)               ")
      output.scientific(value, decimals: 6)
      output.put("                                  \n")
    }
    for (name, value) in [("PHID", -1), ("PSUBC", 0), ("PMODE", mode.number)] {
      try output.beginLine()
      try output.text("    1" + Self.padded(name, to: 7))
      output.integer(value, width: 24)
      output.put("                                  \n")
    }
  }

  /// Twelve characters with as many digits as fit: ` 1.000000000`.
  private static func time(_ time: Double) -> String {
    guard time > 0 else { return " 0.00000E+00" }
    let (digits, exponent) = DecimalDigits.rounded(time, decimals: 9)
    guard (0..<10).contains(exponent) else {
      let (short, exponent) = DecimalDigits.rounded(time, decimals: 5)
      let digits = Array(String(short))
      let size = String(exponent.magnitude)
      return " \(digits[0])." + String(digits[1...]) + "E" + (exponent < 0 ? "-" : "+")
        + (size.count < 2 ? "0" + size : size)
    }
    let text = String(digits)
    let point = text.index(text.startIndex, offsetBy: exponent + 1)
    return " " + text[..<point] + "." + text[point...]
  }

  mutating func component(_ name: String, _ type: Int, _ a: Int, _ b: Int) throws {
    try output.beginLine()
    output.put(" -5  ")
    try output.text(Self.padded(name, to: 8))
    for number in [1, type, a, b] { output.integer(number, width: 5) }
    output.newline()
  }

  private mutating func writeVectors(
    _ name: String, _ letter: String, _ frame: Frame, _ global: [Double]
  ) throws {
    let own = letter != "F" || name == "FORC" ? local(global, frame.step) : global
    let values = letter == "F" ? own : extended(own, components: 3)
    try beginBlock(frame, name, components: 4)
    for direction in 1...3 { try component("\(letter)\(direction)", 2, direction, 0) }
    output.put(" -5  ALL         1    2    0    0    1ALL\n")
    let isLocal = frame.step.nodeFileIsLocal && (letter != "F" || name == "FORC")
    try writeRows(
      values, stride: 3, order: [0, 1, 2],
      as: .vector(except: isLocal ? Set(deck.transforms.keys) : []))
  }

  /// A nodal field with its values in layers.
  private func extended(_ values: [Double], components: Int) -> [Double] {
    deck.layering?.extended(values, components: components) ?? values
  }

  /// Vectors at the nodes in the nodes' own axes, where the step asks for them.
  private func local(_ values: [Double], _ step: Step) -> [Double] {
    guard step.nodeFileIsLocal else { return values }
    var turned = values
    for (node, system) in deck.transforms {
      let vector = SIMD3(values[3 * node], values[3 * node + 1], values[3 * node + 2])
      for (direction, axis) in system.axes(at: deck.mesh.position(of: node)).enumerated() {
        turned[3 * node + direction] = dot(axis, vector)
      }
    }
    return turned
  }

  private mutating func writeTensors(
    _ name: String, _ letter: String, _ frame: Frame, _ values: [Double]
  ) throws {
    try beginBlock(frame, name, components: 6)
    for (suffix, a, b) in Self.tensorComponents { try component(letter + suffix, 4, a, b) }
    try writeRows(values, stride: 6, order: Self.tensorOrder, as: .tensor)
  }

  /// The components of tensors in the order of the format, and where they stand in ours.
  static let tensorComponents = [
    ("XX", 1, 1), ("YY", 2, 2), ("ZZ", 3, 3), ("XY", 1, 2), ("YZ", 2, 3), ("ZX", 3, 1),
  ]
  static let tensorOrder = [0, 1, 2, 3, 5, 4]

  private mutating func writeScalars(
    _ name: String, _ component: String, _ frame: Frame, _ values: [Double]
  ) throws {
    try beginBlock(frame, name, components: 1)
    try self.component(component, 1, 0, 0)
    try writeRows(values, stride: 1, order: [0])
  }

  private mutating func writeError(_ frame: Frame, _ values: [Double]) throws {
    try beginBlock(frame, "ERROR", components: 1)
    try component("STR(%)", 1, 0, 0)
    try writeRows(values, stride: 1, order: [0])
  }

  /// - Parameter values: by node of the deck's mesh, zero in layers; or by node of the mesh that is shown.
  mutating func writeRows(
    _ values: [Double], stride: Int, order: [Int], as quantity: SectorCopies.Quantity = .scalar
  ) throws {
    let isShort = values.count < stride * mesh.nodeCount
    let values = isShort ? deck.layering?.padded(values, components: stride) ?? values : values
    for node in shown { try writeRow(node, values[(stride * node)...], order) }
    for copy in 1..<max(copies.count, 1) {
      let axes = copies.axes(of: copy)
      for node in shown {
        let own = values[(stride * node)..<(stride * (node + 1))]
        let turned = copies.values(own, of: node, as: quantity, axes)
        try writeRow(node, turned[...], order, copy)
      }
    }
    output.put(" -3\n")
  }
}

extension FrdWriter {
  /// - Parameter values: those of the node, the first one first.
  private mutating func writeRow(
    _ node: Int, _ values: ArraySlice<Double>, _ order: [Int], _ copy: Int = 0
  ) throws {
    try output.beginLine()
    output.put(" -1")
    output.integer(mesh.nodeLabels[node] + copy * copies.nodeStep, width: 10)
    for (place, component) in order.enumerated() {
      if place > 0, place % 6 == 0 { output.put("\n -2          ") }
      output.scientific(values[values.startIndex + component], decimals: 5)
    }
    output.newline()
  }
}

extension Frame {
  /// Whether the frame is the imaginary part of a harmonic response.
  fileprivate var isImaginary: Bool { kind == .harmonic(isImaginary: true) }

  /// The number that stands where other frames have their time: frequency or load factor.
  fileprivate var frdTime: Double {
    guard let mode else { return time }
    switch mode.kind {
    case .vibration: return mode.frequency
    case .buckling: return mode.eigenvalue
    }
  }

  /// The format's number of the analysis type.
  fileprivate var frdType: Int {
    switch mode?.kind {
    case nil: step.procedure.isInTime ? 1 : 0
    case .vibration: 2
    case .buckling: 4
    }
  }
}

extension ElementKind {
  /// The element's number in the `.frd` format.
  fileprivate var frdType: Int {
    switch self {
    case .c3d8, .c3d8r, .c3d8i, .bubble: 1
    case .c3d6: 2
    case .c3d4: 3
    case .c3d20, .c3d20r, .beam, .pipe, .box: 4
    case .c3d15: 5
    case .c3d10: 6
    }
  }

  /// The element's nodes in the order of the `.frd` format: vertical edges before the top ones.
  fileprivate var frdOrder: [Int] {
    switch self {
    case .c3d4, .c3d6, .c3d8, .c3d8r, .c3d8i, .bubble, .c3d10: Array(0..<outerCount)
    case .c3d15: Array(0..<9) + Array(12..<15) + Array(9..<12)
    case .c3d20, .c3d20r, .beam, .pipe, .box: Array(0..<12) + Array(16..<20) + Array(12..<16)
    }
  }
}
