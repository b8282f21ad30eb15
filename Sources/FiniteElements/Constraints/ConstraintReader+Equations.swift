/// `*EQUATION` and `*DISTRIBUTING COUPLING`.
extension ConstraintReader {
  /// A number of terms, then as many terms of node, direction and coefficient, over several lines.
  mutating func readEquations(_ card: Card, report: inout DeckReport) {
    if card.has("REMOVE") || card.has("REMOVEALL") {
      report.add(card.place, "*EQUATION, REMOVE stands outside a step", fix: "move it after *STEP")
      return
    }
    var lines = DataLines(card)
    while lines.next() {
      let place = lines.place
      guard let count = lines.integer(0), count > 0 else {
        report.add(
          place, "'\(lines.text(0))' is not a number of terms",
          fix: "write the number of terms, then node, direction, coefficient of each")
        return
      }
      guard let parts = readParts(count, &lines, place, report: &report) else { return }
      addEquations(parts, place, report: &report)
    }
  }

  private struct Part {
    let nodes: [Int]
    let direction: Int
    let coefficient: Double
  }

  private func readParts(
    _ count: Int, _ lines: inout DataLines, _ place: Place, report: inout DeckReport
  ) -> [Part]? {
    var parts: [Part] = []
    while parts.count < count {
      guard lines.next() else {
        report.add(
          place, "the equation has \(parts.count) of its \(count) terms",
          fix: "write node, direction, coefficient of each term")
        return nil
      }
      for field in stride(from: 0, to: lines.count, by: 3) where !lines.isBlank(field) {
        let nodes = sets.members(lines, field, .node, report: &report)
        guard let direction = lines.integer(field + 1), let value = lines.real(field + 2) else {
          report.add(
            lines.place, "a term of *EQUATION needs node, direction and coefficient",
            fix: "write for example 12, 1, -1.")
          return nil
        }
        guard (1...6).contains(direction) || direction == 11 else {
          report.add(
            lines.place, "direction \(direction) does not exist in *EQUATION",
            fix: "use 1 to 3 (displacements), 4 to 6 (rotations) or 11 (temperature)")
          return nil
        }
        parts.append(Part(nodes: nodes, direction: direction, coefficient: value))
      }
    }
    return parts
  }

  /// One equation for each member of the sets; single nodes stand in each.
  private mutating func addEquations(
    _ parts: [Part], _ place: Place, report: inout DeckReport
  ) {
    guard parts.allSatisfy({ !$0.nodes.isEmpty }) else { return }
    let sizes = Set(parts.map(\.nodes.count)).subtracting([1])
    guard sizes.count < 2 else {
      report.add(place, "the sets of an equation have \(sizes.sorted()) nodes: not as many each")
      return
    }
    let isThermal = parts.contains { $0.direction == 11 }
    guard !isThermal || parts.allSatisfy({ $0.direction == 11 }) else {
      report.add(place, "an equation ties temperatures to displacements")
      return
    }
    for index in 0..<(sizes.first ?? 1) {
      var all: [LinearConstraint.Term] = []
      for part in parts where part.coefficient != 0 {
        let node = part.nodes[part.nodes.count == 1 ? 0 : index]
        if isThermal {
          all.append(LinearConstraint.Term(node, part.coefficient))
        } else {
          all += terms(node, part.direction, part.coefficient)
        }
      }
      guard !all.isEmpty else { continue }
      if isThermal {
        temperatureConstraints.append(LinearConstraint(all, place: place))
      } else {
        add(LinearConstraint(all, place: place))
      }
    }
  }

  /// The weighted mean of nodes' displacements is that of the node of a `DCOUP3D` element.
  mutating func readDistributingCoupling(_ card: Card, report: inout DeckReport) {
    guard let name = card["ELSET"],
      let element = discretes.first(where: { $0.type == .coupling && $0.sets.contains(name) }),
      let reference = element.nodes.first
    else {
      report.add(
        card.place, "*DISTRIBUTING COUPLING needs ELSET=set with one element DCOUP3D")
      return
    }
    var weights: [(node: Int, weight: Double)] = []
    var lines = DataLines(card)
    while lines.next() {
      guard let weight = lines.real(1) else {
        report.add(
          lines.place, "*DISTRIBUTING COUPLING needs a node or set and its weight",
          fix: "write for example LOAD, 1.")
        return
      }
      for node in sets.members(lines, 0, .node, report: &report) { weights.append((node, weight)) }
    }
    let total = weights.reduce(0) { $0 + $1.weight }
    guard total != 0 else {
      report.add(card.place, "the weights of *DISTRIBUTING COUPLING add up to zero")
      return
    }
    for direction in 0..<3 {
      let terms = weights.map { LinearConstraint.Term(3 * $0.node + direction, $0.weight) }
      add(
        LinearConstraint(
          terms + [LinearConstraint.Term(3 * reference + direction, -total)], place: card.place,
          outsideCount: 1))
    }
  }
}
