/// Constants that may depend on temperature.
extension MaterialReader {
  /// The Poisson's ratio from which on elements of first order miss a tenth of a deformation and more.
  private static let nearlyIncompressible = 0.49

  mutating func readElastic(_ card: Card, report: inout DeckReport) {
    guard let last = current(card, report: &report) else { return }
    let type = card["TYPE"] ?? "ISOTROPIC"
    guard let law = ElasticConstants.Law(type) else {
      report.add(
        card.place, "*ELASTIC: TYPE=\(type) is not supported",
        fix: "use ISOTROPIC, ORTHOTROPIC, ENGINEERINGCONSTANTS or ANISOTROPIC")
      return
    }
    guard let table = table(card, law.count, report: &report) else { return }
    let wrongRatio = table.rows.first {
      law == .isotropic && ($0.constants[1] <= -1 || $0.constants[1] >= 0.5)
    }
    if let wrongRatio {
      report.add(
        card.place, "Poisson's ratio \(wrongRatio.constants[1]) is outside -1 ... 0.5",
        fix: "an incompressible material needs a hybrid element, which is not available")
      return
    }
    let elastic = ElasticConstants(law, table)
    let matrices = elastic.all
    let isStable =
      law == .isotropic
      ? matrices.allSatisfy(\.isPositiveDefinite) : matrices.allSatisfy(\.isPositiveSemidefinite)
    guard isStable else {
      report.add(card.place, "the elastic constants are not positive definite")
      return
    }
    materials[last].elastic = elastic
    let largest = law == .isotropic ? table.rows.map { $0.constants[1] }.max() ?? 0 : 0
    if largest > Self.nearlyIncompressible {
      incompressible[materials[last].name] = (card.place, largest)
    }
    materials[last].elasticity = matrices[0]
  }

  mutating func readDensity(_ card: Card, report: inout DeckReport) {
    guard let last = current(card, report: &report) else { return }
    let table = table(card, 1, report: &report)
    if let lowest = table?.rows.map({ $0.constants[0] }).min(), lowest < 0 {
      report.add(card.place, "the density \(lowest) is negative", fix: "write mass per volume")
    }
    materials[last].densities = table
    materials[last].density = table?.first[0]
  }

  mutating func readExpansion(_ card: Card, report: inout DeckReport) {
    guard let last = current(card, report: &report),
      let table = tensorTable(card, report: &report)
    else { return }
    let zero = number(card, "ZERO", report: &report) ?? 0
    materials[last].expansion = Expansion(table, zero: zero)
  }

  mutating func readConductivity(_ card: Card, report: inout DeckReport) {
    guard let last = current(card, report: &report) else { return }
    materials[last].conductivity = tensorTable(card, report: &report)
  }

  mutating func readSpecificHeat(_ card: Card, report: inout DeckReport) {
    guard let last = current(card, report: &report) else { return }
    materials[last].specificHeat = table(card, 1, report: &report)
  }

  mutating func readPhysicalConstants(_ card: Card, report: inout DeckReport) {
    if let zero = number(card, "ABSOLUTEZERO", report: &report) {
      physicalConstants.absoluteZero = zero
    }
    if let constant = number(card, "STEFANBOLTZMANN", report: &report) {
      physicalConstants.stefanBoltzmann = constant
    }
  }

  /// The material that a card belongs to, or a problem.
  private func current(_ card: Card, report: inout DeckReport) -> Int? {
    if let last = materials.indices.last { return last }
    report.add(card.place, "\(card.title) belongs to no material", fix: "put it after *MATERIAL")
    return nil
  }

  private func number(_ card: Card, _ name: String, report: inout DeckReport) -> Double? {
    guard let text = card[name] else { return nil }
    let bytes = Array(text.utf8)
    guard let value = NumberParsing.real(bytes, 0..<bytes.count) else {
      report.add(card.place, "\(card.title): \(name)=\(text) is not a number")
      return nil
    }
    return value
  }

  private func tensorTable(_ card: Card, report: inout DeckReport) -> TensorTable? {
    let count: Int
    switch card["TYPE"] ?? "ISO" {
    case "ISO", "ISOTROPIC": count = 1
    case "ORTHO", "ORTHOTROPIC": count = 3
    case "ANISO", "ANISOTROPIC": count = 6
    case let type:
      report.add(
        card.place, "\(card.title): TYPE=\(type) is not known", fix: "use ISO, ORTHO or ANISO")
      return nil
    }
    return table(card, count, report: &report).map(TensorTable.init)
  }

  /// Lines of `count` constants, at most eight on a line, each set followed by its temperature.
  func table(
    _ card: Card, _ count: Int, report: inout DeckReport
  ) -> TemperatureTable? {
    var rows: [TemperatureTable.Row] = []
    var lines = DataLines(card)
    while lines.next() {
      guard let row = row(card, count, &lines, report: &report) else { return nil }
      if let last = rows.last, row.temperature <= last.temperature {
        report.add(
          lines.place, "\(card.title): the temperatures do not ascend",
          fix: "put the lines in the order of their temperatures")
        return nil
      }
      rows.append(row)
    }
    guard !rows.isEmpty else {
      report.add(card.place, "\(card.title) has 0 constants, it needs \(count)")
      return nil
    }
    return TemperatureTable(rows)
  }

  private func row(
    _ card: Card, _ count: Int, _ lines: inout DataLines, report: inout DeckReport
  ) -> TemperatureTable.Row? {
    let perLine = 8
    var values: [Double] = []
    while true {
      let wanted = min(perLine, count - values.count)
      for field in 0..<wanted {
        guard !lines.isBlank(field) else {
          report.add(
            card.place, "\(card.title) has \(values.count) constants, it needs \(count)")
          return nil
        }
        guard let value = lines.real(field) else {
          report.add(lines.place, "\(card.title): '\(lines.text(field))' is not a number")
          return nil
        }
        values.append(value)
      }
      if values.count == count {
        guard !lines.isBlank(wanted) else { return TemperatureTable.Row(values) }
        guard let temperature = lines.real(wanted) else {
          report.add(lines.place, "\(card.title): '\(lines.text(wanted))' is not a temperature")
          return nil
        }
        return TemperatureTable.Row(temperature: temperature, values)
      }
      guard lines.next() else {
        report.add(card.place, "\(card.title) has \(values.count) constants, it needs \(count)")
        return nil
      }
    }
  }
}
