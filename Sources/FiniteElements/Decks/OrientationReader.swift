/// Reads `*ORIENTATION` and `*DISTRIBUTION`.
struct OrientationReader {
  /// What one name stands for: the axes of all elements, and of those that have others.
  struct Axes {
    let standard: Orientation
    var exceptions: [(elements: [Int], orientation: Orientation)] = []
  }

  private typealias Points = (a: SIMD3<Double>, b: SIMD3<Double>)

  private struct Distribution {
    let standard: Points
    let exceptions: [(elements: [Int], points: Points)]
  }

  private(set) var axes: [String: Axes] = [:]
  private var distributions: [String: Distribution] = [:]

  mutating func read(_ cards: [KnownCard], _ sets: Sets, report: inout DeckReport) {
    for card in cards where card.kind == .distribution {
      readDistribution(card.card, sets, report: &report)
    }
    for card in cards where card.kind == .orientation {
      readOrientation(card.card, report: &report)
    }
  }

  private mutating func readDistribution(_ card: Card, _ sets: Sets, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*DISTRIBUTION needs NAME=name")
      return
    }
    var lines = DataLines(card)
    guard lines.next(), lines.isBlank(0), let standard = points(lines, 1) else {
      report.add(
        card.place, "*DISTRIBUTION needs the axes of all other elements first",
        fix: "write for example , 1., 0., 0., 0., 1., 0.")
      return
    }
    var exceptions: [(elements: [Int], points: Points)] = []
    while lines.next() {
      guard let points = points(lines, 1) else {
        report.add(lines.place, "*DISTRIBUTION needs an element or set and six coordinates")
        continue
      }
      exceptions.append((sets.members(lines, 0, .element, report: &report), points))
    }
    distributions[name] = Distribution(standard: standard, exceptions: exceptions)
  }

  private mutating func readOrientation(_ card: Card, report: inout DeckReport) {
    let system = card["SYSTEM"] ?? "RECTANGULAR"
    guard let name = card["NAME"], !system.isEmpty,
      ["RECTANGULAR", "CYLINDRICAL"].contains(where: { $0.hasPrefix(system) })
    else {
      report.add(
        card.place, "*ORIENTATION needs a NAME and SYSTEM=RECTANGULAR or CYLINDRICAL",
        fix: "write *ORIENTATION, NAME=name, SYSTEM=RECTANGULAR")
      return
    }
    if let definition = card["DEFINITION"], definition != "COORDINATES" {
      report.add(
        card.place, "*ORIENTATION: DEFINITION=\(definition) is not supported",
        fix: "use DEFINITION=COORDINATES")
    }
    var lines = DataLines(card)
    guard lines.next() else {
      report.add(card.place, "*ORIENTATION needs the six coordinates of two points")
      return
    }
    let distribution = distributions[lines.name(0)]
    guard let standard = distribution?.standard ?? points(lines, 0) else {
      report.add(
        card.place, "*ORIENTATION needs the six coordinates of two points",
        fix: "or the name of a *DISTRIBUTION")
      return
    }
    var turn: (axis: Int, degrees: Double)?
    if lines.next(), let axis = lines.integer(0), (1...3).contains(axis) {
      turn = (axis, lines.real(1) ?? 0)
    }
    if turn != nil, system.hasPrefix("C") {
      report.add(
        lines.place, "*ORIENTATION: cylindrical axes cannot be turned further",
        fix: "remove the line, or use SYSTEM=RECTANGULAR")
    }
    func orientation(_ points: Points) -> Orientation? {
      system.hasPrefix("C")
        ? Orientation(name: name, from: points.a, to: points.b)
        : Orientation(name: name, first: points.a, second: points.b, turn: turn)
    }
    guard let made = orientation(standard) else {
      report.add(card.place, "the two points of orientation \(name) lie on one line")
      return
    }
    var axes = Axes(standard: made)
    for (elements, points) in distribution?.exceptions ?? [] {
      guard let other = orientation(points) else {
        report.add(card.place, "two points of a distribution of \(name) lie on one line")
        return
      }
      axes.exceptions.append((elements, other))
    }
    self.axes[name] = axes
  }

  /// Two points; as in CalculiX a coordinate that is left out is zero.
  private func points(_ lines: DataLines, _ field: Int) -> Points? {
    guard lines.count > field + 3 else { return nil }
    let values = (field..<field + 6).map { lines.isBlank($0) ? 0 : lines.real($0) }
    let numbers = values.compactMap(\.self)
    guard numbers.count == 6 else { return nil }
    return (SIMD3(numbers[0..<3]), SIMD3(numbers[3..<6]))
  }
}

extension DataLines {
  /// Three numbers; nil when one is missing.
  func vector(_ field: Int) -> SIMD3<Double>? {
    guard let x = real(field), let y = real(field + 1), let z = real(field + 2) else { return nil }
    return [x, y, z]
  }
}
