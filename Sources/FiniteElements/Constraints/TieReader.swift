/// `*TIE`: nodes of one surface follow the faces of another.
///
/// CalculiX manual, section `*TIE`: each dependent node is tied to the closest point of the
/// independent surface by that face's shape functions, and moved there unless ADJUST=NO. Nodes farther
/// away than the position tolerance, by default 2.5 % of a typical element's size, stay free.
extension ConstraintReader {
  mutating func readTies(_ cards: [KnownCard], report: inout DeckReport) {
    let ties = cards.filter { $0.kind == .tie }.map(\.card)
    let plain = ties.filter { !$0.has("CYCLICSYMMETRY") }
    var surfaces: [(card: Card, slaves: [Int], faces: [FacePatch])] = []
    for card in plain {
      if let surface = surface(of: card, report: &report) { surfaces.append(surface) }
    }
    let sizes = surfaces.flatMap { $0.faces.flatMap(\.edgeDistances) }
    let standard = sizes.isEmpty ? 0 : 0.025 * sizes.reduce(0, +) / Double(sizes.count)
    for (card, slaves, faces) in surfaces {
      let wanted = card["POSITIONTOLERANCE"].flatMap { Double($0) } ?? 0
      tie(
        slaves, faces, card, tolerance: wanted > 0 ? wanted : standard, beside: standard,
        report: &report)
    }
    for card in ties where card.has("CYCLICSYMMETRY") { tieSector(card, report: &report) }
  }

  private func surface(
    of card: Card, report: inout DeckReport
  ) -> (Card, [Int], [FacePatch])? {
    var lines = DataLines(card)
    guard lines.next(), !lines.isBlank(0), !lines.isBlank(1) else {
      report.add(card.place, "*TIE needs the dependent and the independent surface")
      return nil
    }
    let slaves = surfaceNodes(lines.name(0), lines.place, report: &report)
    guard let faces = sets.surfaces[lines.name(1)] else {
      if sets.nodes[lines.name(1)] != nil {
        report.add(lines.place, "the independent surface of *TIE consists of nodes, not of faces")
      } else {
        unknownSurface(lines.name(1), lines.place, report: &report)
      }
      return nil
    }
    return (card, slaves, faces.map { FacePatch(mesh, element: $0.element, face: $0.face) })
  }

  private mutating func tie(
    _ slaves: [Int], _ faces: [FacePatch], _ card: Card, tolerance: Double, beside: Double,
    report: inout DeckReport
  ) {
    let search = FaceSearch(faces)
    var coordinates = mesh.coordinates
    var missed: [Int] = []
    for node in slaves where !faces.contains(where: { $0.contains(node) }) {
      let place = mesh.position(of: node)
      guard let found = search.closest(to: place, tolerance: tolerance, beside: beside) else {
        missed.append(mesh.nodeLabels[node])
        continue
      }
      if card["ADJUST"] != "NO" {
        for i in 0..<3 { coordinates[3 * node + i] = found.position[i] }
      }
      follow(node, found.weights, card.place)
    }
    replaceMesh(coordinates: coordinates)
    guard !missed.isEmpty else { return }
    report.note(
      card.place,
      "no face is opposite \(missed.count == 1 ? "node" : "nodes") "
        + missed.prefix(10).map(String.init).joined(separator: ", ")
        + (missed.count > 10 ? " and \(missed.count - 10) more" : "")
        + " within the tolerance: not tied", kind: .untied)
  }

  private mutating func follow(
    _ node: Int, _ weights: [(node: Int, weight: Double)], _ place: Place
  ) {
    temperatureConstraints.append(
      LinearConstraint(
        [.init(node, 1)] + weights.map { .init($0.node, -$0.weight) }, place: place))
    for direction in 0..<3 where !isDependent(3 * node + direction) {
      var constraint = LinearConstraint(
        [.init(3 * node + direction, 1)]
          + weights.map { .init(3 * $0.node + direction, -$0.weight) }, place: place)
      constraint.yieldsToPrescribed = true
      add(constraint)
    }
  }
}

/// Finds the face that is closest to a point.
struct FaceSearch {
  private let faces: [FacePatch]
  /// Faces in order of their lowest x.
  private let order: [Int]
  private let widest: Double

  init(_ faces: [FacePatch]) {
    self.faces = faces
    order = faces.indices.sorted { faces[$0].low.x < faces[$1].low.x }
    widest = faces.reduce(0) { max($0, $1.high.x - $1.low.x) }
  }

  /// - Parameters:
  ///   - tolerance: how far the point may be from a face along its normal.
  ///   - beside: how far it may lie beside one.
  func closest(
    to point: SIMD3<Double>, tolerance: Double, beside: Double
  ) -> FaceProjection? {
    let reach = tolerance + beside
    var best: FaceProjection?
    var first = 0
    var last = order.count
    while first < last {
      let middle = (first + last) / 2
      if faces[order[middle]].low.x < point.x - reach - widest {
        first = middle + 1
      } else {
        last = middle
      }
    }
    for index in order[first...] {
      let face = faces[index]
      if face.low.x > point.x + reach { break }
      // Curved faces leave the box of their nodes by less than its size.
      let slack = SIMD3(repeating: reach) + 0.25 * (face.high - face.low)
      guard all(point .>= face.low - slack), all(point .<= face.high + slack) else { continue }
      let found = face.project(point)
      guard found.overshoot <= beside, found.distance <= tolerance else { continue }
      let gap = found.distance + found.overshoot
      if let best, best.distance + best.overshoot <= gap { continue }
      best = found
    }
    return best
  }
}
