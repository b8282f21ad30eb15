/// `*FREQUENCY` and `*BUCKLE`.
extension StepReader {
  mutating func readFrequency(_ card: Card, report: inout DeckReport) {
    beginProcedure()
    var request = FrequencyRequest(count: 1)
    request.storesMatrices = card["SOLVER"] == "MATRIXSTORAGE"
    if !request.storesMatrices { request.solver = card["SOLVER"] }
    if request.storesMatrices {
      report.note(card.place, "SOLVER=MATRIXSTORAGE: the matrices are not written")
    }
    if card["STORAGE"] == "YES" {
      report.note(card.place, "STORAGE=YES: modes are kept for the later steps of this deck only")
    }
    // Modes belong to the supports, wherever these were moved.
    for freedom in current.prescribed.keys { current.prescribed[freedom] = .value(0) }
    defer { current.procedure = .frequency(request) }
    guard !request.storesMatrices else { return }
    var lines = DataLines(card)
    guard lines.next(), let count = lines.integer(0), count >= 1 else {
      report.add(
        card.place, "*FREQUENCY needs the number of modes on the next line",
        fix: "write for example 10")
      return
    }
    request.count = count
    for (field, name) in [(1, "lowest"), (2, "highest")] where !lines.isBlank(field) {
      guard let value = lines.real(field) else {
        report.add(lines.place, "'\(lines.text(field))' is not a \(name) frequency")
        return
      }
      // Negative numbers stand for no limit.
      guard value >= 0 else { continue }
      if field == 1 { request.lowest = value } else { request.highest = value }
    }
  }

  mutating func readBuckling(_ card: Card, report: inout DeckReport) {
    beginProcedure()
    noteSolver(card, report: &report)
    // Buckling loads are those of the step itself.
    removeForces()
    current.distributed = []
    olderLoads = 0
    var request = BucklingRequest(count: 1)
    defer { current.procedure = .buckling(request) }
    var lines = DataLines(card)
    guard lines.next(), let count = lines.integer(0), count >= 1 else {
      report.add(
        card.place, "*BUCKLE needs the number of factors on the next line",
        fix: "write for example 5")
      return
    }
    request.count = count
    guard !lines.isBlank(1) else { return }
    guard let tolerance = lines.real(1) else {
      report.add(lines.place, "'\(lines.text(1))' is not an accuracy")
      return
    }
    if tolerance > 0 { request.tolerance = tolerance }
  }

  private func noteSolver(_ card: Card, report: inout DeckReport) {
    guard let solver = card["SOLVER"] else { return }
    report.note(
      card.place, "SOLVER=\(solver): solved with sparse direct factors, which give the same")
  }
}
