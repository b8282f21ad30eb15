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
      checkMass(of: step, used.map(\.material), report: &report)
      checkRadiation(of: step, report: &report)
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

/// Constants without which a load or a procedure would do nothing.
extension Deck {
  private func checkMass(of step: Step, _ used: [Material], report: inout DeckReport) {
    switch step.procedure {
    case .frequency, .dynamic:
      let isMassless = used.allSatisfy(\.isMassless) && discretes.allSatisfy(\.mass.isEmpty)
      if isMassless, let material = used.first {
        return reportDensity(missing: material, step, report: &report)
      }
    case .linearStatic, .heatTransfer, .temperatureDisplacement, .modalDynamic, .steadyState,
      .buckling:
      break
    }
    for load in step.distributed where load.kind.actsOnMass && load.masses.isEmpty {
      let isMassless = load.elements.allSatisfy {
        sections[sectionIndex(ofPoint: 0, of: $0)].material.density == nil
      }
      if isMassless, let first = load.elements.first {
        return reportDensity(
          missing: section(ofPoint: 0, of: first).material, step, report: &report)
      }
    }
  }

  private func reportDensity(
    missing material: Material, _ step: Step, report: inout DeckReport
  ) {
    report.add(
      step.place, "material \(material.name) has no density, and the step needs masses",
      fix: "add *DENSITY to it")
  }

  private func checkRadiation(of step: Step, report: inout DeckReport) {
    let radiates = step.heatLoads.contains { load in
      switch load.kind {
      case .radiation: true
      case .flux, .film: false
      }
    }
    guard radiates, physicalConstants.stefanBoltzmann == nil else { return }
    report.add(
      step.place, "*RADIATE needs the constant of Stefan and Boltzmann",
      fix:
        "write *PHYSICAL CONSTANTS, ABSOLUTE ZERO=-273.15, STEFAN BOLTZMANN=5.67e-8 before *STEP, "
        + "in the units of the deck")
  }
}

extension DistributedLoad.Kind {
  /// Whether it is a force per mass.
  fileprivate var actsOnMass: Bool {
    switch self {
    case .gravity, .centrifugal: true
    case .pressure, .traction: false
    }
  }
}

extension Material {
  fileprivate var isMassless: Bool {
    (density ?? 0) == 0 && densities?.rows.allSatisfy { $0.constants[0] == 0 } ?? true
  }

  fileprivate func lackForHeat(isSteady: Bool) -> (what: String, card: String)? {
    if conductivity == nil { return ("heat conductivity", "*CONDUCTIVITY") }
    if isSteady { return nil }
    if density == nil { return ("density", "*DENSITY") }
    return specificHeat == nil ? ("specific heat", "*SPECIFIC HEAT") : nil
  }
}
