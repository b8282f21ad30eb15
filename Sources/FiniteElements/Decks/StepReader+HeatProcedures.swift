/// Procedures with temperatures as unknowns.
extension StepReader {
  mutating func readHeatTransfer(_ card: Card, report: inout DeckReport) {
    current.procedure = .heatTransfer(heatRequest(card, report: &report))
  }

  /// `*COUPLED` and `*UNCOUPLED TEMPERATURE-DISPLACEMENT`: without a mechanism that turns work into
  /// heat, temperatures do not depend on displacements, so that both are solved one after the other.
  mutating func readCoupled(_ card: Card, report: inout DeckReport) {
    current.procedure = .temperatureDisplacement(heatRequest(card, report: &report))
  }

  private mutating func heatRequest(_ card: Card, report: inout DeckReport) -> HeatTransferRequest {
    hasProcedure = true
    var request = HeatTransferRequest()
    request.isSteady = card.has("STEADYSTATE")
    request.increments.isFixed = card.has("DIRECT") && card["DIRECT"] != "NO"
    request.solver = card["SOLVER"]
    request.largestChange = real(card, "DELTMX", report: &report)
    var lines = DataLines(card)
    if lines.next() {
      if let period = positive(lines, 1, report: &report) { current.period = period }
      request.increments.initial = positive(lines, 0, report: &report) ?? current.period
      request.increments.minimum = positive(lines, 2, report: &report)
      request.increments.maximum = positive(lines, 3, report: &report)
    }
    advanceTime(card, report: &report)
    return request
  }

  /// A time on a data line; nil when the field is blank or zero.
  private func positive(
    _ lines: DataLines, _ field: Int, report: inout DeckReport
  ) -> Double? {
    guard !lines.isBlank(field) else { return nil }
    guard let time = lines.real(field), time >= 0 else {
      report.add(lines.place, "'\(lines.text(field))' is not a time")
      return nil
    }
    return time > 0 ? time : nil
  }
}

extension Deck {
  /// Reports materials that lack constants which a step needs.
  func checkMaterials(report: inout DeckReport) {
    let layers = laminates.values.flatMap(\.sections)
    let used = Set(sectionOfElement + layers).sorted().filter { $0 >= 0 }.map { sections[$0] }
    for step in steps {
      if step.procedure.conductsHeat, let element = laminates.keys.min() {
        report.add(
          step.place,
          "heat does not flow through composite shells, and element \(mesh.elementLabels[element]) is one",
          fix: "give the temperatures with *TEMPERATURE, or use solids")
        return
      }
      for section in used {
        let material = section.material
        let missing: (what: String, card: String)?
        switch step.procedure {
        case .heatTransfer(let request):
          missing = material.lackForHeat(isSteady: request.isSteady)
        case .temperatureDisplacement(let request):
          missing =
            material.elasticity == nil
            ? ("elastic constants", "*ELASTIC") : material.lackForHeat(isSteady: request.isSteady)
        case .linearStatic, .frequency, .buckling, .dynamic, .modalDynamic, .steadyState:
          missing = material.elasticity == nil ? ("elastic constants", "*ELASTIC") : nil
        }
        guard let missing else { continue }
        report.add(
          step.place, "material \(material.name) has no \(missing.what)",
          fix: "add \(missing.card) to it")
        return
      }
    }
  }
}

extension Material {
  fileprivate func lackForHeat(isSteady: Bool) -> (what: String, card: String)? {
    if conductivity == nil { return ("heat conductivity", "*CONDUCTIVITY") }
    if isSteady { return nil }
    if density == nil { return ("density", "*DENSITY") }
    return specificHeat == nil ? ("specific heat", "*SPECIFIC HEAT") : nil
  }
}
