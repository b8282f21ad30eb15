/// Pressure, weight and centrifugal force.
extension StepReader {
  mutating func readDistributed(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeLoads() }
    loadCourse = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      let elements = sets.members(lines, 0, .element, report: &report)
      guard lines.name(1) != "NEWTON" else {
        report.add(
          lines.place, "*DLOAD: NEWTON, gravitation between bodies, is not supported",
          fix: "write GRAV with a direction for weight")
        continue
      }
      guard let magnitude = lines.real(2) else {
        report.add(
          lines.place, "*DLOAD needs elements, label, magnitude",
          fix: "write for example TOP, P2, 10.")
        continue
      }
      switch lines.name(1) {
      case "GRAV": addGravity(elements, magnitude, lines, report: &report)
      case "CENTRIF": addCentrifugal(elements, magnitude, lines, report: &report)
      case let label: addPressure(elements, label, magnitude, lines.place, report: &report)
      }
    }
  }

  private mutating func addPressure(
    _ elements: [Int], _ label: String, _ magnitude: Double, _ place: Place,
    report: inout DeckReport
  ) {
    if elements.contains(where: { structures?.kind(of: $0) != nil }) {
      return addStructuralPressure(elements, label, magnitude, place, report: &report)
    }
    guard let first = elements.first else { return }
    guard let face = Faces.index(label, prefix: "P", of: mesh.elementKinds[first]),
      elements.allSatisfy({ face < mesh.elementKinds[$0].reference.faces.count })
    else {
      report.add(
        place, "*DLOAD: label '\(label)' is not supported",
        fix: "use P1 to P6 (a face that the element has), GRAV or CENTRIF")
      return
    }
    add(DistributedLoad(kind: .pressure(face: face), magnitude: magnitude, elements: elements))
  }

  private mutating func addStructuralPressure(
    _ elements: [Int], _ label: String, _ magnitude: Double, _ place: Place,
    report: inout DeckReport
  ) {
    guard let structures else { return }
    var loads: [StructuralLoad: [Int]] = [:]
    for element in elements {
      guard let load = structures.load(label, on: element, of: mesh) else {
        report.add(
          place, "*DLOAD: label '\(label)' is not supported",
          fix:
            "use P on shells, P1 to P4 on plane elements, P1 or P2 on beams, EDNOR1 to EDNOR4 on "
            + "edges of shells, GRAV or CENTRIF")
        return
      }
      loads[load, default: []].append(element)
    }
    for (load, elements) in loads.sorted(by: {
      ($0.key.face, $0.key.share) < ($1.key.face, $1.key.share)
    }) {
      add(
        DistributedLoad(
          kind: .pressure(face: load.face), magnitude: magnitude * load.share, elements: elements))
    }
  }

  private mutating func addGravity(
    _ elements: [Int], _ magnitude: Double, _ lines: DataLines, report: inout DeckReport
  ) {
    guard let direction = vector(lines, 3), length(direction) > 0 else {
      report.add(
        lines.place, "GRAV needs a direction", fix: "write for example ALL, GRAV, 9810., 0, 0, -1")
      return
    }
    add(
      DistributedLoad(
        kind: .gravity(direction / length(direction)), magnitude: magnitude, elements: elements,
        target: lines.name(0), masses: masses(lines)))
  }

  private mutating func addCentrifugal(
    _ elements: [Int], _ magnitude: Double, _ lines: DataLines, report: inout DeckReport
  ) {
    guard let point = vector(lines, 3), let axis = vector(lines, 6), length(axis) > 0 else {
      report.add(
        lines.place, "CENTRIF needs a point of the axis and its direction",
        fix: "write for example ALL, CENTRIF, 1e4, 0, 0, 0, 0, 0, 1")
      return
    }
    let kind = DistributedLoad.Kind.centrifugal(
      omegaSquared: magnitude, point: point, direction: axis / length(axis))
    add(
      DistributedLoad(kind: kind, magnitude: 1, elements: elements, masses: masses(lines)))
  }

  /// The point masses that the first field names.
  private func masses(_ lines: DataLines) -> [Int] {
    let named = model.discretes.filter { $0.sets.contains(lines.name(0)) }.map(\.label)
    let labels = Set(lines.integer(0).map { [$0] } ?? named)
    return discretes.indices.filter {
      labels.contains(discretes[$0].label) && !discretes[$0].mass.isEmpty
    }
  }

  mutating func readSurfaceLoads(_ card: Card, report: inout DeckReport) {
    if replaces(card, report: &report) { removeLoads() }
    loadCourse = timeCourse(card, report: &report)
    var lines = DataLines(card)
    while lines.next() {
      guard let kind = surfaceLoad(lines), let size = lines.real(2) else {
        report.add(
          lines.place, "*DSLOAD needs surface, P, pressure or surface, TRVEC, size, direction",
          fix: "write for example TOP, P, 10. or TOP, TRVEC, 10., 0., 0., -1.")
        continue
      }
      guard let surface = sets.surfaces[lines.name(0)] else {
        report.add(lines.place, "surface \(lines.name(0)) is not defined")
        continue
      }
      for (face, faces) in Dictionary(grouping: surface, by: \.face).sorted(by: { $0.key < $1.key })
      {
        add(
          DistributedLoad(
            kind: kind(face), magnitude: size, elements: faces.map(\.element)))
      }
    }
  }

  /// What a line of `*DSLOAD` puts on a face; `TRVEC` as in Abaqus.
  private func surfaceLoad(_ lines: DataLines) -> ((_ face: Int) -> DistributedLoad.Kind)? {
    switch lines.name(1) {
    case "P": return { .pressure(face: $0) }
    case "TRVEC":
      guard let direction = vector(lines, 3), length(direction) > 0 else { return nil }
      return { .traction(face: $0, direction: direction / length(direction)) }
    case _: return nil
    }
  }

  /// Adds a load; the same kind of load of an earlier step on the same elements is replaced.
  ///
  /// As in CalculiX, weight is the same only where its direction and the name of its elements are.
  private mutating func add(_ load: DistributedLoad) {
    if olderLoads > 0 {
      let elements = Set(load.elements)
      for older in 0..<olderLoads where load.replaces(current.distributed[older]) {
        current.distributed[older].elements.removeAll { elements.contains($0) }
        current.distributed[older].masses.removeAll { load.masses.contains($0) }
      }
    }
    var load = load
    load.course = loadCourse
    load.isImaginary = isImaginary
    current.distributed.append(load)
  }

  private mutating func removeLoads() {
    current.distributed = []
    olderLoads = 0
  }

  private func vector(_ lines: DataLines, _ field: Int) -> SIMD3<Double>? {
    guard let x = lines.real(field), let y = lines.real(field + 1), let z = lines.real(field + 2)
    else { return nil }
    return [x, y, z]
  }
}

extension DistributedLoad {
  /// Whether `older`, a load of an earlier step, gives way to this one on the elements of both.
  fileprivate func replaces(_ older: DistributedLoad) -> Bool {
    switch (kind, older.kind) {
    case (.pressure(let face), .pressure(let olderFace)): face == olderFace
    case (.traction(let face, _), .traction(let olderFace, _)): face == olderFace
    case (.gravity(let push), .gravity(let olderPush)):
      target == older.target && length(push - olderPush) < 1e-10
    case (.centrifugal, .centrifugal): true
    case (.pressure, _), (.traction, _), (.gravity, _), (.centrifugal, _): false
    }
  }
}
