/// `*PRE-TENSION SECTION`: a cut whose two sides may only move apart along one direction.
///
/// CalculiX manual, section `*PRE-TENSION SECTION`: the distance is the first displacement of the
/// reference node, a force on it is the pre-tension.
extension ConstraintReader {
  mutating func readPreTension(_ card: Card, report: inout DeckReport) {
    guard let reference = node(card, "NODE", report: &report) else {
      report.add(card.place, "*PRE-TENSION SECTION needs NODE=node")
      return
    }
    var lines = DataLines(card)
    var normal: SIMD3<Double>?
    if lines.next(), let x = lines.real(0) {
      normal = [x, lines.real(1) ?? 0, lines.real(2) ?? 0]
    }
    if let name = card["SURFACE"] {
      guard let faces = sets.surfaces[name] else {
        return unknownSurface(name, card.place, report: &report)
      }
      guard let normal = unit(normal ?? mesh.normal(of: faces)) else {
        report.add(card.place, "the direction of *PRE-TENSION SECTION has no length")
        return
      }
      cut(faces, normal, reference, card.place)
    } else if let name = card["ELEMENT"] {
      let beams = discretes.filter {
        $0.type == .cut && ($0.sets.contains(name) || $0.label == Int(name))
      }
      guard let beam = beams.first else {
        report.add(card.place, "*PRE-TENSION SECTION: element \(name) is not a beam B31")
        return
      }
      let (one, other) = (beam.nodes[0], beam.nodes[1])
      let along = mesh.position(of: other) - mesh.position(of: one)
      guard let normal = unit(normal ?? along) else {
        report.add(card.place, "the direction of *PRE-TENSION SECTION has no length")
        return
      }
      shorten(one, other, normal, reference, card.place)
    } else {
      report.add(card.place, "*PRE-TENSION SECTION needs SURFACE=name or ELEMENT=number")
    }
  }

  private func unit(_ vector: SIMD3<Double>) -> SIMD3<Double>? {
    let size = length(vector)
    return size > 0 && size.isFinite ? vector / size : nil
  }

  /// Gives the faces' elements nodes of their own: u = u_node + normal times the distance.
  private mutating func cut(
    _ faces: [(element: Int, face: Int)], _ normal: SIMD3<Double>, _ reference: Int, _ place: Place
  ) {
    var partners = structuralPartners(faces, normal, reference, place)
    for (element, face) in faces {
      let first = mesh.connectivityStarts[element]
      for local in mesh.elementKinds[element].reference.faces[face] {
        let node = mesh.connectivity[first + local]
        let partner =
          partners[node] ?? companions.partner(of: node, at: mesh.position(of: node))
        if partners[node] == nil {
          partners[node] = partner
          tie(partner, node, normal, reference, place)
        }
        companions.move(entry: first + local, to: partner)
      }
    }
  }

  /// Partners of the nodes that structural elements on the cut were expanded to.
  ///
  /// CalculiX cuts before it expands, so that they are numbered in layers of three, used or not.
  private mutating func structuralPartners(
    _ faces: [(element: Int, face: Int)], _ normal: SIMD3<Double>, _ reference: Int, _ place: Place
  ) -> [Int: Int] {
    let isStructural = faces.contains { sets.structural[$0.element] != nil }
    guard isStructural, sets.structural.values.allSatisfy({ !$0.isLine }) else { return [:] }
    let onCut = Set(faces.flatMap { mesh.nodes(ofFace: $0.face, of: $0.element) })
    let made = onCut.filter { $0 >= sets.nodeCount }
    var partners: [Int: Int] = [:]
    for first in Set(made.map { $0 - ($0 - sets.nodeCount) % 3 }).sorted() {
      for node in first..<(first + 3) {
        let position = mesh.position(of: node)
        guard onCut.contains(node) else {
          _ = companions.add(at: position)
          continue
        }
        let partner = companions.partner(of: node, at: position)
        partners[node] = partner
        tie(partner, node, normal, reference, place)
      }
    }
    return partners
  }

  private mutating func tie(
    _ partner: Int, _ node: Int, _ normal: SIMD3<Double>, _ reference: Int, _ place: Place
  ) {
    temperatureConstraints.append(
      LinearConstraint([.init(partner, 1), .init(node, -1)], place: place))
    for direction in 0..<3 {
      var terms: [LinearConstraint.Term] = [
        .init(3 * partner + direction, 1), .init(3 * node + direction, -1),
      ]
      let isNormal = abs(normal[direction]) > 1e-10
      if isNormal { terms.append(.init(3 * reference, -normal[direction])) }
      add(LinearConstraint(terms, place: place, outsideCount: isNormal ? 1 : 0))
    }
  }

  /// normal · (u_other - u_one) + distance = 0.
  private mutating func shorten(
    _ one: Int, _ other: Int, _ normal: SIMD3<Double>, _ reference: Int, _ place: Place
  ) {
    let order = (0..<3).sorted { abs(normal[$0]) > abs(normal[$1]) }
      .filter { abs(normal[$0]) > 1e-10 }
    let terms =
      order.map { LinearConstraint.Term(3 * other + $0, normal[$0]) }
      + order.map { LinearConstraint.Term(3 * one + $0, -normal[$0]) }
    add(
      LinearConstraint(
        terms + [LinearConstraint.Term(3 * reference, 1)], place: place, outsideCount: 1))
  }
}

extension Mesh {
  /// The sum of the normals of faces, of no particular length.
  func normal(of faces: [(element: Int, face: Int)]) -> SIMD3<Double> {
    var sum = SIMD3<Double>()
    for (element, face) in faces {
      for point in FaceTable(elementKinds[element], face).points {
        var (alongS, alongT) = (SIMD3<Double>(), SIMD3<Double>())
        for (a, node) in nodes(of: element).enumerated() {
          alongS += point.slopesS[a] * position(of: node)
          alongT += point.slopesT[a] * position(of: node)
        }
        // Faces run counter-clockwise seen from inside: their outer normal is the opposite.
        sum -= point.weight * cross(alongS, alongT)
      }
    }
    return sum
  }
}
