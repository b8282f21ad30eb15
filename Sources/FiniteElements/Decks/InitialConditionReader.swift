/// Reads `*INITIAL CONDITIONS`.
struct InitialConditionReader {
  /// By node.
  private(set) var temperatures: [Int: Double] = [:]
  private(set) var temperatureGradients: [Int: SIMD2<Double>] = [:]
  /// By degree of freedom `3 node + direction`.
  private(set) var displacements: [Int: Double] = [:]
  private(set) var velocities: [Int: Double] = [:]

  mutating func read(_ cards: [KnownCard], _ sets: Sets, report: inout DeckReport) {
    for known in cards where known.kind == .initialConditions {
      read(known.card, sets, report: &report)
    }
  }

  private mutating func read(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    switch card["TYPE"] ?? "" {
    case "TEMPERATURE": readTemperatures(card, sets, report: &report)
    case "DISPLACEMENT": readVectors(card, sets, into: \.displacements, report: &report)
    case "VELOCITY": readVectors(card, sets, into: \.velocities, report: &report)
    case let type:
      report.add(
        card.place, "*INITIAL CONDITIONS: TYPE=\(type) is not supported",
        fix: "use TEMPERATURE, DISPLACEMENT or VELOCITY")
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
