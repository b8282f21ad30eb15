/// Temperatures and heat loads.
extension StepReader {
  /// Whether a direction on `*BOUNDARY` or `*CFLUX` means the temperature.
  static func isTemperature(_ direction: Int) -> Bool { direction == 11 || direction == 0 }

  /// Takes a line of `*BOUNDARY` that prescribes temperatures.
  mutating func prescribeTemperature(
    _ nodes: [Int], _ lines: DataLines, isFixed: Bool, _ course: TimeCourse,
    report: inout DeckReport
  ) {
    guard let value = lines.isBlank(3) ? 0 : lines.real(3) else {
      report.add(lines.place, "'\(lines.text(3))' is not a temperature")
      return
    }
    for node in nodes {
      current.prescribedTemperatures[node] = isFixed ? .held : .value(value, course)
    }
  }

  mutating func readTemperatures(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) {
      current.returnsToInitialTemperatures = true
      current.temperatures = [:]
      current.temperatureGradients = [:]
    }
    let course = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard let temperature = lines.temperature(report: &report) else { continue }
      for node in nodes {
        current.temperatures[node] = .value(temperature, course)
        current.temperatureGradients[node] = lines.temperatureGradient
      }
    }
  }

  mutating func readConcentratedFlux(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { current.heatFlows = [] }
    let course = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let nodes = sets.members(lines, 0, .node, report: &report)
      guard lines.isBlank(1) || lines.integer(1).map(Self.isTemperature) ?? false,
        let flow = lines.real(2)
      else {
        report.add(
          lines.place, "*CFLUX needs node, direction 11, heat flow",
          fix: "write for example HOT, 11, 10.")
        continue
      }
      let share = structures?.ringShare ?? 1
      for node in nodes { add(PointLoad(freedom: node, value: share * flow, course: course)) }
    }
  }

  /// A further flow of the same step adds up, one of an earlier step is replaced.
  private mutating func add(_ flow: PointLoad) {
    let isFirst = touchedFlows.insert(flow.freedom).inserted
    if isFirst { current.heatFlows.removeAll { $0.freedom == flow.freedom } }
    current.heatFlows.append(flow)
  }

  mutating func readDistributedFlux(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeHeatLoads(0) }
    let course = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let elements = sets.members(lines, 0, .element, report: &report)
      guard let magnitude = lines.real(2) else {
        report.add(
          lines.place, "*DFLUX needs elements, label, magnitude",
          fix: "write for example TOP, S2, 10.")
        continue
      }
      add(elements, lines.name(1), "S", lines.place, report: &report) {
        HeatLoad(element: $0, place: $1, kind: .flux, magnitude: magnitude, course: course)
      }
    }
  }

  /// `*FILM` and `*RADIATE`: lines of elements, label, sink temperature or node, coefficient.
  mutating func readSurfaceExchange(
    _ card: Card, isRadiation: Bool, report: inout DeckReport
  ) {
    let (prefix, word) = isRadiation ? ("R", "RADIATION") : ("F", "FILM")
    if replaces(card, report: &report) { removeHeatLoads(isRadiation ? 2 : 1) }
    let sinkCourse = timeCourse(card, report: &report)
    let course = timeCourse(card, "\(word)AMPLITUDE", "\(word)TIMEDELAY", report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let elements = sets.members(lines, 0, .element, report: &report)
      var label = lines.name(1)
      guard !label.hasSuffix("CR"), !label.contains("NU") else {
        report.add(
          lines.place, "\(card.title): label '\(label)' is not supported",
          fix: "give the sink temperature and the coefficient on the line")
        continue
      }
      let isForced = label.hasSuffix("FC")
      if isForced { label.removeLast(2) }
      let usesNode = isForced || card["ENVNODE"] == "YES"
      let node = usesNode ? sets.members(lines, 2, .node, report: &report).first : nil
      guard let coefficient = lines.real(3), !usesNode || node != nil else {
        report.add(
          lines.place, "\(card.title) needs elements, label, sink temperature, coefficient",
          fix: "write for example TOP, \(prefix)2, 20., 0.8")
        continue
      }
      let sink = HeatLoad.Sink(
        temperature: usesNode ? 0 : lines.real(2) ?? 0,
        course: usesNode ? .byProcedure : sinkCourse, node: node)
      add(elements, label, prefix, lines.place, report: &report) {
        HeatLoad(
          element: $0, place: $1, kind: isRadiation ? .radiation(sink) : .film(sink),
          magnitude: coefficient, course: course)
      }
    }
  }

  /// Adds a load to each element; the same load on the same place is replaced.
  private mutating func add(
    _ elements: [Int], _ label: String, _ prefix: String, _ place: Place,
    report: inout DeckReport, make: (Int, HeatLoad.Place) -> HeatLoad
  ) {
    for element in elements {
      let face =
        structures?.kind(of: element).map { $0.face(label, prefix: prefix) }
        ?? Faces.index(label, prefix: prefix, of: mesh.elementKinds[element])
      let isBody = prefix == "S" && label == "BF"
      guard let spot = isBody ? .body : face.map(HeatLoad.Place.face) else {
        report.add(
          place, "'\(label)' is not a face of element \(mesh.elementLabels[element])",
          fix: "use \(prefix)1 to \(prefix)6 (a face that the element has)"
            + (prefix == "S" ? " or BF" : ""))
        return
      }
      let load = make(element, spot)
      if let known = heatLoadPlaces[load.key] {
        current.heatLoads[known] = load
      } else {
        heatLoadPlaces[load.key] = current.heatLoads.count
        current.heatLoads.append(load)
      }
    }
  }

  private mutating func removeHeatLoads(_ family: Int) {
    current.heatLoads.removeAll { $0.key.family == family }
    heatLoadPlaces = [:]
    for (place, load) in current.heatLoads.enumerated() { heatLoadPlaces[load.key] = place }
  }
}

extension DataLines {
  /// The temperature behind the node of a line; nil where it is none, which is reported.
  func temperature(report: inout DeckReport) -> Double? {
    guard let temperature = isBlank(1) ? 0 : real(1) else {
      report.add(place, "'\(text(1))' is not a temperature")
      return nil
    }
    return temperature
  }

  /// How the temperature rises along a shell's normal or a beam's direction 2, and along a beam's
  /// direction 1; nil for not at all.
  var temperatureGradient: SIMD2<Double>? {
    let gradient = SIMD2(real(2) ?? 0, real(3) ?? 0)
    return gradient == .zero ? nil : gradient
  }
}
