/// What a step prints.
extension StepReader {
  mutating func readNodePrint(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert("node").inserted { current.nodePrints = [] }
    guard let name = required("NSET", card, report: &report) else { return }
    let quantities = labels(card, NodeQuantity.self, report: &report)
    guard isWanted(card, report: &report) else { return }
    current.nodePrints.append(
      NodePrint(
        setName: name, nodes: sets.named(name, .node, card.place, report: &report),
        quantities: quantities, totals: totals(card, report: &report),
        global: card["GLOBAL"] == "YES", order: nextPrint()))
  }

  mutating func readElementPrint(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert("element").inserted { current.elementPrints = [] }
    guard let name = required("ELSET", card, report: &report) else { return }
    let quantities = labels(card, ElementPrintQuantity.self, report: &report)
    guard isWanted(card, report: &report) else { return }
    current.elementPrints.append(
      ElementPrint(
        setName: name, elements: sets.named(name, .element, card.place, report: &report),
        specials: model.discretes.filter { $0.sets.contains(name) }.map(\.label),
        quantities: quantities, totals: totals(card, report: &report),
        global: card["GLOBAL"] == "YES", order: nextPrint()))
  }

  /// `*NODE FILE`, `*EL FILE` and their `OUTPUT` forms accept each other's labels, as in CalculiX.
  mutating func readFileRequest(_ card: Card, report: inout DeckReport) {
    if printsReplaced.insert(card.word).inserted {
      if card.word.hasPrefix("NODE") { current.nodeFile = [] } else { current.elementFile = [] }
    }
    switch card["OUTPUT"] ?? "" {
    case "": break
    case "2D": current.showsExpanded = false
    case "3D": current.showsExpanded = true
    case let output:
      report.add(card.place, "\(card.title): OUTPUT=\(output) is not known", fix: "use 2D or 3D")
    }
    if card.has("SECTIONFORCES") { current.writesSectionForces = true }
    let known = NodeQuantity.allCases.map(\.rawValue) + ElementFileQuantity.allCases.map(\.rawValue)
    let wanted = labels(card, known, report: &report)
    let nodes = card["NSET"].map { sets.named($0, .node, card.place, report: &report) }
    if card.word.hasPrefix("NODE") {
      current.nodeFileNodes = nodes
      current.nodeFileIsLocal = card["GLOBAL"] == "NO"
    } else {
      current.elementFileNodes = nodes
      current.elementFileIsLocal = card["GLOBAL"] == "NO"
    }
    guard isWanted(card, report: &report) else { return }
    current.nodeFile.formUnion(wanted.compactMap(NodeQuantity.init))
    current.elementFile.formUnion(wanted.compactMap(ElementFileQuantity.init))
  }

  func labels<Quantity: RawRepresentable & CaseIterable>(
    _ card: Card, _: Quantity.Type, report: inout DeckReport
  ) -> [Quantity] where Quantity.RawValue == String {
    labels(card, Quantity.allCases.map(\.rawValue), report: &report)
      .compactMap(Quantity.init(rawValue:))
  }

  private func labels(_ card: Card, _ known: [String], report: inout DeckReport) -> [String] {
    var found: [String] = []
    var lines = DataLines(card)
    while lines.next() {
      for field in 0..<lines.count where !lines.isBlank(field) {
        if known.contains(lines.name(field)) {
          found.append(lines.name(field))
        } else if Self.idleLabels.contains(lines.name(field)) {
          report.note(
            lines.place, "\(card.title): \(lines.name(field)) has no values in this analysis")
        } else if Self.unwrittenLabels.contains(lines.name(field)) {
          report.note(
            lines.place, "\(card.title): \(lines.name(field)) is not written; passed over")
        } else {
          report.note(
            lines.place,
            "\(card.title): \(lines.name(field)) is no output of CalculiX; passed over, use "
              + known.joined(separator: ", "))
        }
      }
    }
    return found
  }

  /// Labels of CalculiX that would have values: improved stresses, error of the heat flux, square of
  /// the angular velocity.
  private static let unwrittenLabels: Set<String> = ["ZZS", "HER", "CENT"]

  /// Labels of CalculiX for what these analyses do not have; it passes them over as well.
  private static let idleLabels: Set<String> = [
    "PEEQ", "CEEQ", "CE", "PE", "SDV", "MAXS", "MAXU", "PNT", "PRF", "SVF", "KEQ",
    "CDIS", "CSTR", "CELS", "PCON", "SEN", "DEPF", "DEPT", "DTF", "MACH", "PS", "PT",
    "TS", "TT", "TURB", "CP", "VF", "MF", "EBHE", "PSF", "SMID", "SNEG",
    "SPOS",
  ]

  /// The place of a further print.
  mutating func nextPrint() -> Int {
    printCount += 1
    return printCount
  }

  func required(_ name: String, _ card: Card, report: inout DeckReport) -> String? {
    if let value = card[name], !value.isEmpty { return value }
    report.add(card.place, "\(card.title) needs \(name)=set")
    return nil
  }

  private func totals(_ card: Card, report: inout DeckReport) -> Totals {
    switch card["TOTALS"] ?? "NO" {
    case "NO": return .no
    case "YES": return .yes
    case "ONLY": return .only
    case let value:
      report.add(card.place, "TOTALS=\(value) is not known", fix: "use YES, ONLY or NO")
      return .no
    }
  }

  /// Notes how often results are wanted; false for never.
  ///
  /// As in CalculiX the last card that says so decides for all of them, also in later steps.
  mutating func isWanted(_ card: Card, report: inout DeckReport) -> Bool {
    var schedule: OutputSchedule?
    if let text = card["FREQUENCY"] ?? card["FREQUENCYF"] {
      guard let frequency = Int(text), frequency >= 0 else {
        report.add(card.place, "FREQUENCY=\(text) is not a whole number")
        return true
      }
      guard frequency > 0 else { return false }
      schedule = OutputSchedule(frequency: frequency)
    }
    if let name = card["TIMEPOINTS"] {
      guard let points = timePoints[name] else {
        report.add(card.place, "time points \(name) are not defined", fix: "add *TIME POINTS")
        return true
      }
      schedule = OutputSchedule(timePoints: points)
    }
    if let schedule {
      current.printSchedule = schedule
      current.fileSchedule = schedule
    }
    return true
  }
}
