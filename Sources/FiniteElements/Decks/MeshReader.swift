/// Reads `*NODE` and `*ELEMENT`.
struct MeshReader {
  private var nodeLabels: [Int] = []
  private var coordinates: [Double] = []
  private var elementLabels: [Int] = []
  private var elementKinds: [ElementKind] = []
  private var connectivity: [Int] = []
  private var elementPlaces: [Place] = []
  /// The types and nodes of elements that are to be expanded, by label.
  private var structural: [Int: (kind: StructuralKind, nodes: [Int])] = [:]
  /// Members that `NSET=` and `ELSET=` name, as labels.
  private(set) var nodeSets: [(name: String, labels: [Int])] = []
  private(set) var elementSets: [(name: String, labels: [Int])] = []
  /// Whether elements of unknown types were left out, so that sets lack members.
  private(set) var hasForeignElements = false

  /// The elements of a mesh that are to be expanded; until then their own nodes stand in for those of
  /// the solid.
  func structural(
    in mesh: Mesh
  ) -> [(element: Int, kind: StructuralKind, nodes: [Int])] {
    guard !structural.isEmpty else { return [] }
    return mesh.elementLabels.indices.compactMap { element in
      structural[mesh.elementLabels[element]].map { (element, $0.kind, $0.nodes) }
    }
  }

  /// The mesh of all cards; sets named on them are left in `nodeSets` and `elementSets`.
  mutating func read(_ cards: [KnownCard], report: inout DeckReport) -> Mesh {
    for card in cards where card.kind == .node { readNodes(card.card, report: &report) }
    sortNodes()
    let nodes = LabelIndex(nodeLabels)
    for card in cards where card.kind == .element {
      readElements(card.card, nodes, report: &report)
    }
    sortElements(report: &report)
    return Mesh(
      nodeLabels: nodeLabels, coordinates: coordinates, elementLabels: elementLabels,
      elementKinds: elementKinds, connectivity: connectivity)
  }

  private mutating func readNodes(_ card: Card, report: inout DeckReport) {
    let first = nodeLabels.count
    var lines = DataLines(card)
    while lines.next() {
      guard let label = lines.integer(0), label > 0 else {
        report.add(
          lines.place, "node number '\(lines.text(0))' is not a positive integer",
          fix: "write number, x, y, z")
        continue
      }
      nodeLabels.append(label)
      for field in 1...3 {
        if !lines.isBlank(field), lines.real(field) == nil {
          report.add(lines.place, "'\(lines.text(field))' is not a coordinate")
        }
        coordinates.append(lines.real(field) ?? 0)
      }
    }
    if let name = card["NSET"] { nodeSets.append((name, Array(nodeLabels[first...]))) }
  }

  private mutating func readElements(
    _ card: Card, _ nodes: LabelIndex, report: inout DeckReport
  ) {
    let type = card["TYPE"] ?? ""
    let structure = StructuralKind(name: type)
    guard let kind = structure?.solid ?? ElementKind(name: type) else {
      report.add(
        card.place, "element type '\(type)' is not supported",
        fix: "use "
          + (ElementKind.solids.map(\.name) + StructuralKind.all.map(\.name))
          .joined(separator: ", "))
      hasForeignElements = true
      return
    }
    let first = elementLabels.count
    var lines = DataLines(card)
    while lines.next() {
      let place = lines.place
      guard let label = lines.integer(0), label > 0 else {
        report.add(place, "element number '\(lines.text(0))' is not a positive integer")
        continue
      }
      let first = connectivity.count
      readConnectivity(
        of: label, type, count: structure?.nodeCount ?? kind.nodeCount, &lines, nodes,
        report: &report)
      if let structure {
        let own = Array(connectivity[first...])
        structural[label] = (structure, own)
        connectivity += (own.count..<kind.nodeCount).map { own[$0 % own.count] }
      }
      elementLabels.append(label)
      elementKinds.append(kind)
      elementPlaces.append(place)
    }
    if let name = card["ELSET"] { elementSets.append((name, Array(elementLabels[first...]))) }
  }

  /// Appends the nodes of an element, which may run over several lines.
  private mutating func readConnectivity(
    of label: Int, _ type: String, count: Int, _ lines: inout DataLines, _ nodes: LabelIndex,
    report: inout DeckReport
  ) {
    var field = 1
    var read = 0
    while read < count {
      if field >= lines.count {
        guard lines.next() else {
          report.add(
            lines.place, "element \(label) has \(read) nodes, \(type) needs \(count)")
          connectivity += [Int](repeating: 0, count: count - read)
          return
        }
        field = 0
      }
      if let node = lines.integer(field).flatMap({ nodes[$0] }) {
        connectivity.append(node)
      } else {
        report.add(
          lines.place, "element \(label) names node '\(lines.text(field))', which is not defined")
        connectivity.append(0)
      }
      field += 1
      read += 1
    }
    if field < lines.count {
      report.add(
        lines.place,
        "element \(label) has more than the \(count) nodes of \(type)")
    }
  }

  /// Ascending labels; of nodes defined twice the last one counts, as in CalculiX.
  private mutating func sortNodes() {
    guard zip(nodeLabels, nodeLabels.dropFirst()).contains(where: { $0 >= $1 }) else { return }
    var place: [Int: Int] = [:]
    for (index, label) in nodeLabels.enumerated() { place[label] = index }
    let order = place.sorted { $0.key < $1.key }
    coordinates = order.flatMap { coordinates[(3 * $0.value)..<(3 * $0.value + 3)] }
    nodeLabels = order.map(\.key)
  }

  private mutating func sortElements(report: inout DeckReport) {
    guard zip(elementLabels, elementLabels.dropFirst()).contains(where: { $0 >= $1 }) else {
      return
    }
    let order = elementLabels.indices.sorted { elementLabels[$0] < elementLabels[$1] }
    for (one, other) in zip(order, order.dropFirst())
    where elementLabels[one] == elementLabels[other] {
      report.add(
        elementPlaces[max(one, other)], "element \(elementLabels[one]) is defined twice",
        fix: "give each element a number of its own")
    }
    var starts = [0]
    for kind in elementKinds { starts.append(starts[starts.count - 1] + kind.nodeCount) }
    connectivity = order.flatMap { connectivity[starts[$0]..<starts[$0 + 1]] }
    elementKinds = order.map { elementKinds[$0] }
    elementLabels = order.map { elementLabels[$0] }
  }
}
