/// Cards of steps that superpose modes.
extension StepReader {
  mutating func readModalDynamic(_ card: Card, report: inout DeckReport) {
    hasProcedure = true
    var request = ModalDynamicRequest()
    request.increments.isFixed = card["DIRECT"] != "NO"
    if let change = real(card, "DELTMX", report: &report), change > 0 {
      request.largestForceChange = change
    }
    readIncrements(card, &request.increments, report: &report)
    if card.has("STEADYSTATE") {
      request.steadyTolerance = current.period
      current.endTime -= current.period
    }
    current.procedure = .modalDynamic(request)
  }

  mutating func readSteadyState(_ card: Card, report: inout DeckReport) {
    hasProcedure = true
    var request = SteadyStateRequest()
    defer { current.procedure = .steadyState(request) }
    // As in CalculiX only centrifugal loads of earlier steps stay.
    removeForces()
    current.distributed = []
    olderLoads = 0
    var lines = DataLines(card)
    guard lines.next(), let lowest = lines.real(0), let highest = lines.real(1), lowest >= 0,
      highest >= lowest
    else {
      report.add(
        card.place, "*STEADY STATE DYNAMICS needs the lowest and the highest frequency",
        fix: "write for example 10., 200., 5")
      return
    }
    request.lowest = lowest
    request.highest = highest
    if !lines.isBlank(2) { request.pointCount = max(lines.integer(2) ?? 20, 2) }
    if let bias = lines.real(3), bias >= 1 { request.bias = bias }
    guard card["HARMONIC"] == "NO" else { return }
    var period = SteadyStateRequest.LoadPeriod()
    if let count = lines.integer(4), count > 0 { period.termCount = count }
    period.start = lines.real(5) ?? 0
    period.end = lines.real(6) ?? 1
    request.period = period
  }

  mutating func readModalDamping(_ card: Card, report: inout DeckReport) {
    var lines = DataLines(card)
    guard card.has("RAYLEIGH") else {
      var ratios: [Int: Double] = [:]
      if case .ratios(let older) = current.modalDamping { ratios = older }
      while lines.next() {
        guard let first = lines.integer(0), first >= 1, let ratio = lines.real(2) else {
          report.add(
            lines.place, "*MODAL DAMPING needs first mode, last mode, ratio",
            fix: "write for example 1, 10, 0.02")
          continue
        }
        for mode in first...max(lines.integer(1) ?? first, first) { ratios[mode - 1] = ratio }
      }
      current.modalDamping = .ratios(ratios)
      return
    }
    guard lines.next() else {
      report.add(
        card.place, "*MODAL DAMPING, RAYLEIGH needs alpha and beta in the third and fourth field",
        fix: "write for example , , 0., 2e-4")
      return
    }
    current.modalDamping = .rayleigh(
      RayleighDamping(alpha: lines.real(2) ?? 0, beta: lines.real(3) ?? 0))
  }

  /// All supports that hold a direction move together.
  mutating func readBaseMotion(_ card: Card, report: inout DeckReport) {
    guard let text = card["DOF"], let direction = Int(text), (1...3).contains(direction) else {
      report.add(card.place, "*BASE MOTION needs DOF=1, 2 or 3")
      return
    }
    guard card["AMPLITUDE"] != nil else {
      report.add(card.place, "*BASE MOTION needs AMPLITUDE=name")
      return
    }
    let type = card["TYPE"] ?? "ACCELERATION"
    guard ["ACCELERATION", "DISPLACEMENT"].contains(type) else {
      report.add(
        card.place, "*BASE MOTION: TYPE=\(type) is not known",
        fix: "use ACCELERATION or DISPLACEMENT")
      return
    }
    let course = timeCourse(card, report: &report)
    for freedom in current.prescribed.keys {
      if freedom % 3 == direction - 1 {
        current.prescribed[freedom] = .value(1, course)
        if type == "ACCELERATION" { current.acceleratedFreedoms.insert(freedom) }
      } else if !hasBaseMotion {
        current.prescribed[freedom] = .value(0)
      }
    }
    hasBaseMotion = true
  }
}
