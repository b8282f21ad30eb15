/// Reads `*INITIAL CONDITIONS`.
struct InitialConditionReader {
  /// What `TYPE=` may be.
  enum Kind: String, CaseIterable {
    case temperature = "TEMPERATURE"
    case displacement = "DISPLACEMENT"
    case velocity = "VELOCITY"
    case stress = "STRESS"
    case plasticStrain = "PLASTIC STRAIN"
  }

  /// By node.
  private(set) var temperatures: [Int: Double] = [:]
  private(set) var temperatureGradients: [Int: SIMD2<Double>] = [:]
  /// By degree of freedom `3 node + direction`.
  private(set) var displacements: [Int: Double] = [:]
  private(set) var velocities: [Int: Double] = [:]
  private var stresses: [PointTensor] = []
  private var strains: [PointTensor] = []

  /// Six components at an integration point, counted from 1, or at all points of an element.
  private struct PointTensor {
    let element: Int
    let point: Int?
    let components: SIMD8<Double>
    let place: Place
  }

  mutating func read(_ cards: [KnownCard], _ sets: Sets, report: inout DeckReport) {
    for known in cards where known.kind == .initialConditions {
      read(known.card, sets, report: &report)
    }
  }

  private mutating func read(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    let type = card["TYPE"] ?? ""
    switch Kind(rawValue: type) {
    case .temperature: readTemperatures(card, sets, report: &report)
    case .displacement: readVectors(card, sets, into: \.displacements, report: &report)
    case .velocity: readVectors(card, sets, into: \.velocities, report: &report)
    case .stress: readTensors(card, sets, into: \.stresses, report: &report)
    case .plasticStrain: readTensors(card, sets, into: \.strains, report: &report)
    case nil:
      report.add(
        card.place, "*INITIAL CONDITIONS: TYPE=\(type) is not supported",
        fix: "use one of " + Kind.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  private mutating func readTemperatures(
    _ card: Card, _ sets: Sets, report: inout DeckReport
  ) {
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let temperature = lines.temperature(report: &report) else { continue }
      for node in nodes {
        temperatures[node] = temperature
        temperatureGradients[node] = lines.temperatureGradient
      }
    }
  }

  private mutating func readVectors(
    _ card: Card, _ sets: Sets, into field: WritableKeyPath<Self, [Int: Double]>,
    report: inout DeckReport
  ) {
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let direction = lines.integer(1), (1...3).contains(direction),
        let value = lines.real(2)
      else {
        report.add(
          lines.place, "*INITIAL CONDITIONS needs node, direction 1 to 3, value",
          fix: "write for example ALL, 1, 0.5")
        continue
      }
      for node in nodes { self[keyPath: field][3 * node + direction - 1] = value }
    }
  }
}

// MARK: - Stresses and strains

extension InitialConditionReader {
  private mutating func readTensors(
    _ card: Card, _ sets: Sets, into field: WritableKeyPath<Self, [PointTensor]>,
    report: inout DeckReport
  ) {
    var lines = DataLines(card)
    while lines.next() {
      // Abaqus writes one tensor for the whole element.
      let isWhole = lines.count == 7
      let first = isWhole ? 1 : 2
      let point = isWhole ? nil : lines.integer(1)
      let values = (first..<(first + 6)).map { lines.real($0) }
      let components = values.compactMap(\.self)
      guard components.count == 6, isWhole || point != nil else {
        report.add(
          lines.place,
          "\(card.title), TYPE=\(card["TYPE"] ?? "") needs element, integration point, "
            + "and components xx, yy, zz, xy, xz, yz",
          fix: "write for example 12, 1, 50., 0., 0., 0., 0., 0.")
        continue
      }
      let tensor = SIMD8(components + [0, 0])
      for element in sets.members(lines, 0, .element, report: &report) {
        self[keyPath: field].append(
          PointTensor(element: element, point: point, components: tensor, place: lines.place))
      }
    }
  }

  /// The initial stresses and strains, checked against the integration points of the mesh.
  func initialStress(in mesh: Mesh, report: inout DeckReport) -> InitialStress {
    InitialStress(
      stresses: spread(stresses, mesh, report: &report),
      strains: spread(strains, mesh, report: &report))
  }

  private func spread(
    _ tensors: [PointTensor], _ mesh: Mesh, report: inout DeckReport
  ) -> [Int: [SIMD8<Double>]] {
    var spread: [Int: [SIMD8<Double>]] = [:]
    for tensor in tensors {
      let count = mesh.table(of: tensor.element).pointCount
      let points = tensor.point.map { ($0 - 1)..<$0 } ?? 0..<count
      guard points.lowerBound >= 0, points.upperBound <= count else {
        report.add(
          tensor.place,
          "element \(mesh.elementLabels[tensor.element]) has no integration point "
            + "\(points.upperBound)", fix: "it has \(count)")
        continue
      }
      for point in points {
        spread[tensor.element, default: Array(repeating: SIMD8(), count: count)][point] =
          tensor.components
      }
    }
    return spread
  }
}
