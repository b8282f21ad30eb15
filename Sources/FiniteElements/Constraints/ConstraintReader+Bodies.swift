/// `*RIGID BODY` and `*COUPLING`.
extension ConstraintReader {
  /// u = u_ref + rotation x (place - place_ref) for the nodes of a set.
  mutating func readRigidBody(_ card: Card, report: inout DeckReport) {
    var nodes: [Int] = []
    if let name = card["NSET"] ?? card["PINNSET"] {
      nodes = sets.named(name, .node, card.place, report: &report)
    } else if let name = card["ELSET"] {
      let elements = sets.named(name, .element, card.place, report: &report)
      nodes = elements.flatMap { mesh.nodes(of: $0) }
    } else {
      report.add(card.place, "*RIGID BODY needs NSET=set or ELSET=set")
      return
    }
    let reference =
      card.has("REFNODE")
      ? node(card, "REFNODE", report: &report) : companions.add(at: SIMD3<Double>())
    guard let reference else { return }
    var turn = node(card, "ROTNODE", report: &report)
    if card.has("ROTNODE"), turn == nil { return }
    let centre = position(of: reference)
    turn = turn ?? companions.rotation(of: reference, at: centre)
    guard let turn else { return }
    for node in Set(nodes).sorted() where node != reference && node != turn {
      for direction in 0..<3 {
        addRigid(node, direction, reference, turn, card.place)
      }
    }
  }

  /// The place of a node, also of a companion.
  func position(of node: Int) -> SIMD3<Double> {
    node < mesh.nodeCount ? mesh.position(of: node) : companions.position(of: node)
  }

  private mutating func addRigid(
    _ node: Int, _ direction: Int, _ reference: Int, _ turn: Int, _ place: Place
  ) {
    guard !isDependent(3 * node + direction) else { return }
    var axis = SIMD3<Double>()
    axis[direction] = 1
    add(rigid(node, axis, first: direction, reference, turn, place))
  }

  /// The displacement of a node along an axis is that of the body.
  ///
  /// axis · (u - u_ref - rotation x arm) = 0, where axis · (rotation x arm) = rotation · (arm x axis).
  private func rigid(
    _ node: Int, _ axis: SIMD3<Double>, first: Int, _ reference: Int, _ turn: Int, _ place: Place
  ) -> LinearConstraint {
    let moment = cross(position(of: node) - position(of: reference), axis)
    let order = (0..<3).map { (first + $0) % 3 }
    var terms = order.map { LinearConstraint.Term(3 * node + $0, axis[$0]) }
    terms += order.map { LinearConstraint.Term(3 * reference + $0, -axis[$0]) }
    terms += (0..<3).map { LinearConstraint.Term(3 * turn + $0, -moment[$0]) }
    terms = terms.filter { $0.coefficient != 0 }
    let outside = terms.count { $0.freedom / 3 != node }
    return LinearConstraint(terms, place: place, outsideCount: outside)
  }

  /// `*COUPLING` and the `*KINEMATIC` or `*DISTRIBUTING` that follows it.
  mutating func readCoupling(_ card: Card, _ next: KnownCard?, report: inout DeckReport) {
    guard let reference = node(card, "REFNODE", report: &report), let name = card["SURFACE"] else {
      report.add(card.place, "*COUPLING needs REF NODE=node and SURFACE=name")
      return
    }
    var system: LocalSystem?
    if let wanted = card["ORIENTATION"] {
      system = orientations[wanted]
      if system == nil {
        report.add(card.place, "orientation \(wanted) is not defined")
        return
      }
    }
    guard let next, next.kind == .kinematic || next.kind == .distributing else {
      report.add(
        card.place, "*COUPLING is not followed by its kind",
        fix: "write *KINEMATIC or *DISTRIBUTING below it")
      return
    }
    if next.kind == .kinematic {
      let nodes = surfaceNodes(name, card.place, report: &report)
      readKinematic(next.card, nodes, reference, system, report: &report)
    } else {
      readDistributing(next.card, name, reference, system, report: &report)
    }
  }

  private mutating func readKinematic(
    _ card: Card, _ nodes: [Int], _ reference: Int, _ system: LocalSystem?,
    report: inout DeckReport
  ) {
    let turn = companions.rotation(of: reference, at: mesh.position(of: reference))
    for direction in directions(card, limit: 3, report: &report) {
      for node in nodes where node != reference {
        guard let system else {
          addRigid(node, direction - 1, reference, turn, card.place)
          continue
        }
        let axis = system.axes(at: mesh.position(of: node))[direction - 1]
        let order = (0..<3).sorted { abs(axis[$0]) > abs(axis[$1]) }
        guard
          let first = order.first(where: {
            !isDependent(3 * node + $0) && abs(axis[$0]) > 1e-5
          })
        else { continue }
        add(rigid(node, axis, first: first, reference, turn, card.place))
      }
    }
  }

  /// The directions that data lines of first and last name; all when there are none.
  func directions(_ card: Card, limit: Int, report: inout DeckReport) -> [Int] {
    var found: [Int] = []
    var lines = DataLines(card)
    var isEmpty = true
    while lines.next() {
      isEmpty = false
      guard let first = lines.integer(0), first >= 1,
        let last = lines.isBlank(1) ? first : lines.integer(1), (first...6).contains(last)
      else {
        report.add(
          lines.place, "\(card.title) needs a first and a last direction of 1 to 6",
          fix: "write for example 1, 3")
        continue
      }
      found += (first...last).filter { $0 <= limit && !found.contains($0) }
    }
    return isEmpty ? Array(1...limit) : found
  }
}
