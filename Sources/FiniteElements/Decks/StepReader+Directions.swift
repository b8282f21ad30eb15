/// What directions at a node mean: its own axes, rotations, and loads that are spread.
extension StepReader {
  /// The freedom of a direction 1 to 6 in global axes.
  mutating func plainFreedom(_ node: Int, _ direction: Int) -> Int {
    guard direction > 3 else { return 3 * node + direction - 1 }
    return 3 * companions.rotation(of: node, at: mesh.position(of: node)) + direction - 4
  }

  /// The freedom to prescribe for a direction 1 to 6 of a node's own axes.
  ///
  /// Where these are not the global ones, it is a companion's, which a constraint equals with the
  /// displacement along the axis.
  mutating func prescribedFreedom(_ node: Int, _ direction: Int, _ place: Place) -> Int {
    guard let system = model.transforms[node] else { return plainFreedom(node, direction) }
    let position = mesh.position(of: node)
    let turns = direction > 3
    let source = turns ? companions.rotation(of: node, at: position) : node
    let freedom =
      turns
      ? 3 * companions.localRotation(of: node, at: position) + direction - 4
      : 3 * companions.local(of: node, at: position) + direction - 1
    // What rotations of shells and beams are is said where these are tied.
    if turns, structures?.uses(node) == true { return freedom }
    guard definedLocals.insert(freedom).inserted else { return freedom }
    let axis = system.axes(at: position)[(direction - 1) % 3]
    let terms = (0..<3).sorted { abs(axis[$0]) > abs(axis[$1]) }
      .filter { abs(axis[$0]) > 1e-12 }.map { LinearConstraint.Term(3 * source + $0, axis[$0]) }
    current.constraints.append(
      LinearConstraint(terms + [LinearConstraint.Term(freedom, -1)], place: place))
    return freedom
  }

  /// Adds a force along a node's own axes, or on the reference node of a distributing coupling.
  ///
  /// - Returns: false when it acts on a single freedom.
  mutating func addSpread(
    _ node: Int, _ direction: Int, _ force: Double, _ course: TimeCourse,
    isImaginary: Bool = false
  ) -> Bool {
    let shares: [(freedom: Int, factor: Double)]
    if let distribution = model.distributions[node] {
      shares = distribution.directions.contains(direction) ? distribution.shares(direction) : []
    } else if let system = model.transforms[node] {
      shares = localShares(node, direction, system)
    } else {
      return false
    }
    let key = SpreadForce.Key(node: node, direction: direction, isImaginary: isImaginary)
    let isFirst = touchedSpreads.insert(key).inserted
    let sum = force + (isFirst ? 0 : spread[key]?.value ?? 0)
    spread[key] = SpreadForce(shares: shares, value: sum, course: course, isImaginary: isImaginary)
    return true
  }

  /// The freedoms that a force along an axis of the node's own acts on.
  private mutating func localShares(
    _ node: Int, _ direction: Int, _ system: LocalSystem
  ) -> [(freedom: Int, factor: Double)] {
    let position = mesh.position(of: node)
    if direction > 3, structures?.uses(node) == true {
      return [(3 * companions.localRotation(of: node, at: position) + direction - 4, 1)]
    }
    let axis = system.axes(at: position)[(direction - 1) % 3]
    let source = direction > 3 ? companions.rotation(of: node, at: position) : node
    return (0..<3).filter { axis[$0] != 0 }.map { (3 * source + $0, axis[$0]) }
  }

  /// `*EQUATION, REMOVE`: equations are known by their first node and direction.
  mutating func removeEquations(_ card: Card, report: inout DeckReport) {
    if card.has("REMOVEALL") {
      current.constraints = []
      current.temperatureConstraints = []
      definedLocals = []
      return
    }
    guard card.has("REMOVE") else {
      report.add(card.place, "*EQUATION stands inside a step", fix: "move it before *STEP")
      return
    }
    var lines = DataLines(card)
    while lines.next() {
      let nodes = Set(sets.members(lines, 0, .node, report: &report))
      guard let first = lines.integer(1), let last = lines.isBlank(2) ? first : lines.integer(2),
        first >= 1, last >= first
      else {
        report.add(lines.place, "*EQUATION, REMOVE needs node, first direction, last direction")
        continue
      }
      var freedoms: Set<Int> = []
      for node in nodes {
        for direction in first...min(last, 6) where direction <= 6 {
          freedoms.insert(plainFreedom(node, direction))
        }
      }
      current.constraints.removeAll {
        $0.terms.first.map { freedoms.contains($0.freedom) } ?? false
      }
      if first...last ~= 11 {
        current.temperatureConstraints.removeAll {
          $0.terms.first.map { nodes.contains($0.freedom) } ?? false
        }
      }
    }
  }

  /// Leaves out the ties of freedoms that the first step prescribes.
  mutating func yieldTies(report: inout DeckReport) {
    let prescribed = current.prescribed
    guard !prescribed.isEmpty else { return }
    current.constraints.removeAll { constraint in
      guard constraint.yieldsToPrescribed, let first = constraint.terms.first else { return false }
      return prescribed[first.freedom] != nil
    }
  }
}

/// A force that acts on several freedoms in fixed shares.
struct SpreadForce {
  struct Key: Hashable, Comparable {
    let node: Int
    let direction: Int
    let isImaginary: Bool

    static func < (one: Key, other: Key) -> Bool {
      (one.node, one.direction, one.isImaginary ? 1 : 0)
        < (other.node, other.direction, other.isImaginary ? 1 : 0)
    }
  }

  let shares: [(freedom: Int, factor: Double)]
  let value: Double
  let course: TimeCourse
  let isImaginary: Bool

  var loads: [PointLoad] {
    shares.map {
      PointLoad(
        freedom: $0.freedom, value: $0.factor * value, course: course, isImaginary: isImaginary)
    }
  }
}
