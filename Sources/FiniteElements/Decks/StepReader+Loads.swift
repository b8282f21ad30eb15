/// Constraints and concentrated forces.
extension StepReader {
  mutating func readBoundary(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) {
      current.prescribed = lasting
      current.prescribedTemperatures = [:]
      prescribedHere = [:]
    }
    let course = timeCourse(card, report: &report)
    var lines = DataLines(card)
    // Once for a line.
    var noted: Place?
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      if let direction = lines.integer(1), Self.isTemperature(direction) {
        prescribeTemperature(nodes, lines, isFixed: card.has("FIXED"), course, report: &report)
        continue
      }
      guard let first = lines.integer(1), first >= 1,
        let last = lines.isBlank(2) ? first : lines.integer(2), last >= first
      else {
        report.add(
          lines.place, "*BOUNDARY needs node, first direction, last direction, value",
          fix: "write for example FIX, 1, 3")
        continue
      }
      guard let value = lines.isBlank(3) ? 0 : lines.real(3) else {
        report.add(lines.place, "'\(lines.text(3))' is not a displacement")
        continue
      }
      guard canLead(nodes, value, lines, report: &report),
        directionsExist(nodes, first, last, value, lines, report: &report)
      else { continue }
      let prescribed: Prescribed = card.has("FIXED") ? .held : .value(value, course)
      for node in nodes {
        for direction in first...last where direction < 4 || canTurn(node) {
          let freedom = prescribedFreedom(node, direction, lines.place)
          guard isImaginary else {
            current.prescribed[freedom] = prescribed
            if let before = prescribedHere.updateValue(prescribed, forKey: freedom),
              before != prescribed, lines.place != noted
            {
              noted = lines.place
              report.note(
                lines.place,
                "node \(mesh.nodeLabels[node]) has another value in direction \(direction) already; this "
                  + "one holds")
            }
            continue
          }
          current.imaginaryPrescribed[freedom] = prescribed
          if current.prescribed[freedom] == nil { current.prescribed[freedom] = .value(0) }
        }
      }
    }
  }

  /// Whether a prescribed motion can be had; that of a node that leads nothing would move nothing.
  private func canLead(
    _ nodes: [Int], _ value: Double, _ lines: DataLines, report: inout DeckReport
  ) -> Bool {
    guard let node = nodes.first(where: { loosePoints.contains($0) }) else { return true }
    let what = "node \(mesh.nodeLabels[node]) of *DISTRIBUTING hands forces on and moves nothing"
    guard value != 0 else {
      report.note(lines.place, what + ": to hold it has no effect")
      return true
    }
    report.add(
      lines.place, what, fix: "use *KINEMATIC, or DCOUP3D with *DISTRIBUTING COUPLING, to move it")
    return false
  }

  /// Nodes of solids have displacements only: fixing a rotation changes nothing, turning it cannot be
  /// done.
  private func directionsExist(
    _ nodes: [Int], _ first: Int, _ last: Int, _ value: Double, _ lines: DataLines,
    report: inout DeckReport
  ) -> Bool {
    guard last <= 6 else {
      report.add(
        lines.place, "direction \(last) does not exist",
        fix: "use 1 to 3 for displacements, 4 to 6 for rotations")
      return false
    }
    guard last > 3, let stiff = nodes.first(where: { !canTurn($0) }) else { return true }
    guard value == 0 else {
      report.add(
        lines.place, "node \(mesh.nodeLabels[stiff]) cannot turn: nothing gives it a rotation",
        fix: "use directions 1 to 3")
      return false
    }
    report.note(lines.place, "directions 4 to 6 have no effect on solid elements; passed over")
    return true
  }

  mutating func readForces(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeForces() }
    let course = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let direction = lines.integer(1), (1...6).contains(direction),
        let force = lines.real(2)
      else {
        report.add(
          lines.place, "*CLOAD needs node, direction 1 to 6, force",
          fix: "write for example LOAD, 2, 100.")
        continue
      }
      if !sets.isIncomplete, let lone = nodes.first(where: { !isUsed[$0] }) {
        report.add(
          lines.place, "node \(mesh.nodeLabels[lone]) carries a force but belongs to no element")
        continue
      }
      if direction > 3, model.distributions.isEmpty,
        let stiff = nodes.first(where: { !canTurn($0) })
      {
        report.add(
          lines.place,
          "node \(mesh.nodeLabels[stiff]) carries a moment but nothing gives it a rotation",
          fix: "use directions 1 to 3")
        continue
      }
      let share = structures?.ringShare ?? 1
      for node in nodes
      where !addSpread(node, direction, share * force, course, isImaginary: isImaginary) {
        let freedom = plainFreedom(node, direction)
        add(
          PointLoad(
            freedom: freedom, value: share * force, course: course, isImaginary: isImaginary))
      }
    }
  }

  /// Adds a force: a further one of the same step adds up, one of an earlier step is replaced.
  private mutating func add(_ load: PointLoad) {
    let key = ForceKey(freedom: load.freedom, isImaginary: load.isImaginary)
    let isFirst = forcePlaces.touch(key)
    if let place = forcePlaces[key], current.forces[place].course == load.course || isFirst {
      let sum = load.value + (isFirst ? 0 : current.forces[place].value)
      current.forces[place] = PointLoad(
        freedom: load.freedom, value: sum, course: load.course, isImaginary: load.isImaginary)
    } else {
      forcePlaces[key] = current.forces.count
      current.forces.append(load)
    }
  }

  mutating func removeForces() {
    current.forces = []
    forcePlaces.removeAll()
    spread = [:]
  }

  /// What AMPLITUDE and TIME DELAY say of a card's values.
  func timeCourse(
    _ card: Card, _ parameter: String = "AMPLITUDE", _ delayParameter: String = "TIMEDELAY",
    report: inout DeckReport
  ) -> TimeCourse {
    guard let name = card[parameter] else { return .byProcedure }
    guard let amplitude = amplitudes[name] else {
      let nearest = Spelling.nearest(to: name, in: amplitudes.keys.sorted())
      report.add(
        card.place, "amplitude \(name) is not defined", fix: nearest.map { "did you mean \($0)?" })
      return .byProcedure
    }
    let text = Array((card[delayParameter] ?? "0").utf8)
    guard let delay = NumberParsing.real(text, 0..<text.count) else {
      report.add(card.place, "\(card.title): the time delay is not a number")
      return .byProcedure
    }
    return TimeCourse(amplitude: amplitude, delay: delay)
  }

  /// Whether OP=NEW asks to forget what earlier steps brought.
  ///
  /// It counts on the first card of its kind in a step: a later one would take away what that one gave
  /// [CalculiX manual, *CLOAD].
  mutating func replaces(_ card: Card, report: inout DeckReport) -> Bool {
    let isFirst = openedLoads.insert(card.word == "DSLOAD" ? "DLOAD" : card.word).inserted
    switch card["OP"] ?? "MOD" {
    case "MOD": return false
    case "NEW":
      if !isFirst {
        report.note(
          card.place,
          "\(card.title): OP=NEW counts on the first such card of a step; passed over, earlier loads stay"
        )
      }
      return isFirst
    case let value:
      report.add(card.place, "\(card.title): OP=\(value) is not known", fix: "use MOD or NEW")
      return false
    }
  }
}
