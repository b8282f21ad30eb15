/// Gives springs, dashpots and point masses their constants: `*SPRING`, `*DASHPOT`, `*MASS`.
struct DiscreteReader {
  private(set) var discretes: [DiscreteElement] = []
  private let specials: [SpecialElement]
  private let mesh: Mesh
  private let orientations: [String: LocalSystem]
  private var hasConstants: Set<Int> = []

  init(_ specials: [SpecialElement], _ mesh: Mesh, _ orientations: [String: LocalSystem]) {
    self.specials = specials
    self.mesh = mesh
    self.orientations = orientations
  }

  mutating func read(
    _ cards: [KnownCard], _ companions: inout Companions, report: inout DeckReport
  ) {
    for known in cards {
      if known.kind == .spring { readSpring(known.card, &companions, report: &report) }
      if known.kind == .dashpot { readDashpot(known.card, report: &report) }
      if known.kind == .mass { readMass(known.card, report: &report) }
    }
    for special in specials where !hasConstants.contains(special.label) {
      guard let property = special.type.property else { continue }
      report.add(
        special.place, "element \(special.label) has no constant",
        fix: "add \(property.rawValue) with a set that it belongs to")
    }
  }

  private mutating func members(
    _ card: Card, _ kinds: [SpecialElement.Kind], report: inout DeckReport
  ) -> [SpecialElement] {
    guard let name = card["ELSET"] else {
      report.add(card.place, "\(card.title) needs ELSET=set")
      return []
    }
    let found = specials.filter { $0.sets.contains(name) && kinds.contains($0.type) }
    if found.isEmpty {
      report.add(
        card.place, "set \(name) has no element of \(card.title)",
        fix: "use " + kinds.map(\.rawValue).joined(separator: ", "))
    }
    hasConstants.formUnion(found.map(\.label))
    return found
  }

  /// The constant on the last line that is read, and the directions on the one before it.
  ///
  /// Springs and dashpots between two places have no directions: their line is left blank.
  private func constant(
    _ card: Card, hasDirections: Bool, report: inout DeckReport
  ) -> (value: Double, directions: [Int])? {
    var lines = DataLines(card)
    var directions: [Int] = []
    if hasDirections {
      guard lines.next(), let first = lines.integer(0), (1...6).contains(first) else {
        report.add(card.place, "\(card.title) needs a direction, then the constant on a new line")
        return nil
      }
      directions = [first, lines.integer(1) ?? first]
    }
    guard lines.next(), let value = lines.real(0) else {
      report.add(card.place, "\(card.title) needs its constant")
      return nil
    }
    return (value, directions)
  }

  private mutating func readSpring(
    _ card: Card, _ companions: inout Companions, report: inout DeckReport
  ) {
    guard !card.has("NONLINEAR") else {
      report.add(card.place, "*SPRING: NONLINEAR is not supported")
      hasConstants.formUnion(specials.map(\.label))
      return
    }
    let springs = members(
      card, [.springBetween, .springToGround, .springOfDirections], report: &report)
    guard let first = springs.first else { return }
    guard springs.allSatisfy({ $0.type == first.type }) else {
      report.add(card.place, "the set of *SPRING has springs of several types")
      return
    }
    guard
      let (value, directions) = constant(
        card, hasDirections: first.type != .springBetween, report: &report)
    else { return }
    append(springs, directions, card, &companions, report: &report) { label, freedoms, factors in
      DiscreteElement(
        label: label, freedoms: freedoms, stiffness: Self.square(factors, value))
    }
  }

  private mutating func readDashpot(_ card: Card, report: inout DeckReport) {
    let dashpots = members(card, [.dashpot], report: &report)
    guard !dashpots.isEmpty,
      let (value, _) = constant(card, hasDirections: false, report: &report)
    else { return }
    var unused = Companions(labelledCount: mesh.nodeCount)
    append(dashpots, [], card, &unused, report: &report) { label, freedoms, factors in
      DiscreteElement(label: label, freedoms: freedoms, damping: Self.square(factors, value))
    }
  }

  /// Adds what `make` makes of each element's label and of the sum over freedoms that it measures.
  private mutating func append(
    _ elements: [SpecialElement], _ directions: [Int], _ card: Card,
    _ companions: inout Companions, report: inout DeckReport,
    _ make: (_ label: Int, _ freedoms: [Int], _ factors: [Double]) -> DiscreteElement
  ) {
    for element in elements {
      guard let ends = ends(element, directions, card, &companions) else {
        report.add(element.place, "the two nodes of element \(element.label) are at one place")
        continue
      }
      discretes.append(make(element.label, ends.map(\.freedom), ends.map(\.factor)))
    }
  }

  private mutating func readMass(_ card: Card, report: inout DeckReport) {
    let masses = members(card, [.mass], report: &report)
    guard !masses.isEmpty, let (value, _) = constant(card, hasDirections: false, report: &report)
    else { return }
    for mass in masses {
      discretes.append(
        DiscreteElement(
          label: mass.label, freedoms: (0..<3).map { 3 * mass.nodes[0] + $0 },
          mass: [value, 0, 0, 0, value, 0, 0, 0, value]))
    }
  }

  private static func square(_ factors: [Double], _ value: Double) -> [Double] {
    factors.flatMap { row in factors.map { value * row * $0 } }
  }

  /// What the element measures: its stretch as a sum over freedoms.
  private func ends(
    _ element: SpecialElement, _ directions: [Int], _ card: Card, _ companions: inout Companions
  ) -> [(freedom: Int, factor: Double)]? {
    let system = card["ORIENTATION"].flatMap { orientations[$0] }
    switch element.type {
    case .springBetween, .dashpot:
      let arm = mesh.position(of: element.nodes[1]) - mesh.position(of: element.nodes[0])
      guard length(arm) > 0 else { return nil }
      let axis = arm / length(arm)
      let (one, other) = (element.nodes[0], element.nodes[1])
      let pulled: [(freedom: Int, factor: Double)] = (0..<3).map { (3 * one + $0, -axis[$0]) }
      let pulling: [(freedom: Int, factor: Double)] = (0..<3).map { (3 * other + $0, axis[$0]) }
      return pulled + pulling
    case .springToGround:
      return end(element.nodes[0], directions[0], 1, system, &companions)
    case .springOfDirections:
      let both =
        end(element.nodes[0], directions[0], 1, system, &companions)
        + end(element.nodes[1], directions[1], -1, system, &companions)
      var sums: [Int: Double] = [:]
      for part in both { sums[part.freedom, default: 0] += part.factor }
      return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    case .mass, .coupling, .cut: return nil
    }
  }

  private func end(
    _ node: Int, _ direction: Int, _ factor: Double, _ system: LocalSystem?,
    _ companions: inout Companions
  ) -> [(freedom: Int, factor: Double)] {
    let place = mesh.position(of: node)
    let holder = direction <= 3 ? node : companions.rotation(of: node, at: place)
    let axis = (direction - 1) % 3
    guard let system else { return [(3 * holder + axis, factor)] }
    let unit = system.axes(at: place)[axis]
    return (0..<3).map { (3 * holder + $0, factor * unit[$0]) }
  }
}
