/// Cards of transient steps.
extension StepReader {
  mutating func readDynamic(_ card: Card, report: inout DeckReport) {
    hasProcedure = true
    var request = DynamicRequest()
    if card.has("EXPLICIT") {
      report.add(card.place, "*DYNAMIC: EXPLICIT is not supported", fix: "remove EXPLICIT")
    }
    if let alpha = real(card, "ALPHA", report: &report) {
      request.alpha = min(max(alpha, -1.0 / 3), 0)
      if alpha != request.alpha {
        report.note(card.place, "ALPHA=\(alpha) is outside -1/3 ... 0: \(request.alpha) is taken")
      }
    }
    request.increments.isFixed = card.has("DIRECT") && card["DIRECT"] != "NO"
    readIncrements(card, &request.increments, report: &report)
    current.procedure = .dynamic(request)
  }

  /// First increment, step time, smallest and largest increment.
  mutating func readIncrements(
    _ card: Card, _ increments: inout TimeIncrements, report: inout DeckReport
  ) {
    var lines = DataLines(card)
    if lines.next() {
      let isSteady = card.has("STEADYSTATE")
      for field in 0..<min(lines.count, 4) where !lines.isBlank(field) && lines.real(field) == nil {
        report.add(lines.place, "\(card.title): '\(lines.text(field))' is not a time")
      }
      if let period = lines.real(1), period > 0 { current.period = period }
      increments.initial = lines.real(0).flatMap { $0 > 0 ? $0 : nil } ?? current.period
      increments.minimum = lines.real(2)
      increments.maximum = lines.real(3).flatMap { $0 > 1e-10 ? $0 : nil }
      if increments.initial > current.period, !isSteady {
        report.add(
          lines.place, "\(card.title): the first increment is longer than the step",
          fix: "write the increment first, then the step time")
      }
      increments.initial = min(increments.initial, increments.maximum ?? .infinity)
    }
    advanceTime(card, report: &report)
  }

  /// Damping of the whole model, proportional to mass and stiffness (`*DAMPING`).
  mutating func readDamping(_ card: Card, report: inout DeckReport) {
    if let alpha = real(card, "ALPHA", report: &report) { damping.alpha = alpha }
    if let beta = real(card, "BETA", report: &report) { damping.beta = beta }
  }

  func real(_ card: Card, _ name: String, report: inout DeckReport) -> Double? {
    guard let text = card[name] else { return nil }
    let bytes = Array(text.utf8)
    if let value = NumberParsing.real(bytes, 0..<bytes.count) { return value }
    report.add(card.place, "\(card.title): \(name)=\(text) is not a number")
    return nil
  }

  /// What `*STEP, AMPLITUDE=` says of loads without an amplitude of their own.
  func loadCourse(of card: Card, report: inout DeckReport) -> LoadCourse? {
    switch card["AMPLITUDE"] {
    case nil: return nil
    case "RAMP": return .ramp
    case "STEP": return .step
    case let value?:
      report.add(card.place, "*STEP: AMPLITUDE=\(value) is not known", fix: "use RAMP or STEP")
      return nil
    }
  }
}

extension SpreadForce {
  /// The force with its size at the end of a step.
  func carried(from step: Step) -> SpreadForce {
    SpreadForce(
      shares: shares, value: value * step.carriedFactor(course), course: course.carried,
      isImaginary: isImaginary)
  }
}
