/// Reads `*NODE` and `*ELEMENT`.
struct MeshReader {
  private var nodeLabels: [Int] = []
  private var coordinates: [Double] = []
  private var elementLabels: [Int] = []
  private var elementKinds: [ElementKind] = []
  private var connectivity: [Int] = []
  private var elementPlaces = PlaceList()
  /// The types and nodes of elements that are to be expanded, by label.
  private var structural: [Int: (kind: StructuralKind, nodes: [Int])] = [:]
  /// Members that `NSET=` and `ELSET=` name, as labels.
  private(set) var nodeSets: [(name: String, labels: [Int])] = []
  private(set) var elementSets: [(name: String, labels: [Int])] = []
  /// Whether elements of unknown types were left out, so that sets lack members.
  private(set) var hasForeignElements = false
  /// Beams that are not to be read, since a pre-tension replaces them.
  var cutBeams: Set<Int> = []

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
    for card in cards {
      if card.kind == .node { readNodes(card.card, report: &report) }
      if let part = card.card.part { addNodes(part) }
    }
    addPrintedNodes(cards)
    sortNodes()
    let nodes = LabelIndex(nodeLabels)
    for card in cards {
      if card.kind == .element { readElements(card.card, nodes, report: &report) }
      if let part = card.card.part { addElements(part, card.card.place, nodes, report: &report) }
    }
    sortElements(report: &report)
    return Mesh(
      nodeLabels: nodeLabels, coordinates: coordinates, elementLabels: elementLabels,
      elementKinds: elementKinds, connectivity: connectivity)
  }

  private mutating func addNodes(_ part: GmshPart) {
    nodeLabels += part.nodeLabels
    coordinates += part.coordinates
    nodeSets += part.nodeSets
  }

  private mutating func addElements(
    _ part: GmshPart, _ place: Place, _ nodes: LabelIndex, report: inout DeckReport
  ) {
    elementLabels += part.elementLabels
    elementKinds += part.elementKinds
    elementSets += part.elementSets
    elementPlaces.beginRun(file: place.file)
    for _ in part.elementLabels { elementPlaces.append(line: place.line) }
    let own = part.connectivity.map { nodes[$0] ?? -1 }
    let missing = own.count { $0 < 0 }
    if part.structuralKinds.isEmpty {
      connectivity += own.map { max($0, 0) }
    } else {
      var first = 0
      for (label, kind) in zip(part.elementLabels, part.structuralKinds) {
        addStructural(label, kind, own[first..<(first + kind.nodeCount)].map { max($0, 0) })
        first += kind.nodeCount
      }
    }
    if missing > 0 {
      report.add(place, "the mesh names \(missing) nodes that it does not define")
    }
  }

  /// Appends the nodes of an element that is to be expanded; they stand in for those of its solid.
  private mutating func addStructural(_ label: Int, _ kind: StructuralKind, _ own: [Int]) {
    structural[label] = (kind, own)
    connectivity += (0..<kind.solid.nodeCount).map { own[$0 % own.count] }
  }

  private mutating func readNodes(_ card: Card, report: inout DeckReport) {
    let first = nodeLabels.count
    var lines = DataLines(card)
    while true {
      readPlainNodes(&lines)
      guard lines.next() else { break }
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

  /// Sets that `GENERATE` makes hold numbers without a node, which CalculiX prints: they stand at the
  /// origin and belong to nothing.
  private mutating func addPrintedNodes(_ cards: [KnownCard]) {
    let printed = Set(cards.filter { $0.kind == .nodePrint }.compactMap { $0.card["NSET"] })
    let highest = nodeLabels.max() ?? 0
    var known: Set<Int> = []
    for card in cards
    where card.kind == .nodeSet && card.card.has("GENERATE")
      && printed.contains(card.card["NSET"] ?? "")
    {
      var lines = DataLines(card.card)
      while lines.next() {
        guard let first = lines.integer(0), let last = lines.integer(1), first > 0 else { continue }
        let step = max(lines.isBlank(2) ? 1 : lines.integer(2) ?? 1, 1)
        if known.isEmpty { known = Set(nodeLabels) }
        for label in stride(from: first, through: min(last, highest), by: step)
        where known.insert(label).inserted {
          nodeLabels.append(label)
          coordinates += [0, 0, 0]
        }
      }
    }
  }

  /// Reads nodes as long as their lines have a label and three coordinates.
  private mutating func readPlainNodes(_ lines: inout DataLines) {
    let expected = lines.expectedRecords()
    nodeLabels.reserveMore(expected)
    coordinates.reserveMore(3 * expected)
    lines.readPlain { numbers in
      let label = numbers.integer()
      guard label > 0, numbers.comma() else { return false }
      let x = numbers.real()
      guard numbers.comma() else { return false }
      let y = numbers.real()
      guard numbers.comma() else { return false }
      let z = numbers.real()
      _ = numbers.comma()
      guard !(x + y + z).isNaN, numbers.lineEnd() else { return false }
      nodeLabels.append(label)
      coordinates.append(x)
      coordinates.append(y)
      coordinates.append(z)
      return true
    }
  }

  /// Whether `*PRE-TENSION SECTION` replaces all beams of a card.
  private func isCut(_ card: Card) -> Bool {
    guard !cutBeams.isEmpty else { return false }
    var lines = DataLines(card)
    while lines.next() {
      guard let label = lines.integer(0), cutBeams.contains(label) else { return false }
    }
    return true
  }

  private mutating func readElements(
    _ card: Card, _ nodes: LabelIndex, report: inout DeckReport
  ) {
    if SpecialElement.Kind(rawValue: card["TYPE"] ?? "") != nil { return }
    if card["TYPE"] == "B31", isCut(card) { return }
    let type = card["TYPE"] ?? ""
    guard let wanted = ElementType(name: type) else {
      report.add(
        card.place, "element type '\(type)' is not supported",
        fix: "use " + ElementType.names.joined(separator: ", "))
      hasForeignElements = true
      return
    }
    let kind = wanted.solid
    let first = elementLabels.count
    var lines = DataLines(card)
    while true {
      if wanted.structure == nil { readPlainElements(kind, &lines, nodes) }
      guard lines.next() else { break }
      let place = lines.place
      guard let label = lines.integer(0), label > 0 else {
        report.add(place, "element number '\(lines.text(0))' is not a positive integer")
        continue
      }
      let first = connectivity.count
      readConnectivity(
        of: label, type, count: wanted.nodeCount, &lines, nodes, report: &report)
      if let structure = wanted.structure {
        let own = Array(connectivity[first...])
        connectivity.removeLast(own.count)
        addStructural(label, structure, own)
      }
      elementLabels.append(label)
      elementKinds.append(kind)
      elementPlaces.append(place)
    }
    if let name = card["ELSET"] { elementSets.append((name, Array(elementLabels[first...]))) }
  }

  /// Reads elements as long as their lines hold nothing but labels of nodes that exist.
  private mutating func readPlainElements(
    _ kind: ElementKind, _ lines: inout DataLines, _ nodes: LabelIndex
  ) {
    let count = kind.nodeCount
    let expected = lines.expectedRecords(of: count + 1)
    elementLabels.reserveMore(expected)
    connectivity.reserveMore(count * expected)
    if let file = lines.file { elementPlaces.beginRun(file: file) }
    let firstLine = lines.nextLine
    lines.readPlain { numbers in
      let line = firstLine + numbers.lines
      let label = numbers.integer()
      guard label > 0, numbers.comma() else { return false }
      for read in 0..<count {
        // A line that ends behind a comma is continued.
        _ = numbers.lineBreak()
        guard let node = nodes[numbers.integer()], read == count - 1 || numbers.comma() else {
          connectivity.removeLast(read)
          return false
        }
        connectivity.append(node)
      }
      _ = numbers.comma()
      guard numbers.lineEnd() else {
        connectivity.removeLast(count)
        return false
      }
      elementLabels.append(label)
      elementKinds.append(kind)
      elementPlaces.append(line: line)
      return true
    }
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
    if field < lines.count, type == ElementKind.c3d8i.name {
      // Some programs write nodes for the inner modes.
      report.note(lines.place, "\(type) has \(count) nodes; further ones passed over")
    } else if field < lines.count {
      report.add(
        lines.place,
        "element \(label) has more than the \(count) nodes of \(type)")
    }
  }

  /// Ascending labels; of nodes defined twice the last one counts, as in CalculiX.
  private mutating func sortNodes() {
    guard !LabelOrder.isAscending(nodeLabels) else { return }
    var order = LabelOrder.stable(nodeLabels)
    let next = order.dropFirst() + [-1]
    order = zip(order, next).filter { one, after in
      after < 0 || nodeLabels[one] != nodeLabels[after]
    }.map(\.0)
    var sorted: [Double] = []
    sorted.reserveCapacity(3 * order.count)
    for node in order { sorted += coordinates[(3 * node)..<(3 * node + 3)] }
    coordinates = sorted
    nodeLabels = order.map { nodeLabels[$0] }
  }

  private mutating func sortElements(report: inout DeckReport) {
    guard !LabelOrder.isAscending(elementLabels) else { return }
    let order = LabelOrder.stable(elementLabels)
    for (one, other) in zip(order, order.dropFirst())
    where elementLabels[one] == elementLabels[other] {
      report.add(
        elementPlaces[max(one, other)], "element \(elementLabels[one]) is defined twice",
        fix: "give each element a number of its own")
    }
    var starts = [0]
    starts.reserveCapacity(elementKinds.count + 1)
    for kind in elementKinds { starts.append(starts[starts.count - 1] + kind.nodeCount) }
    var sorted: [Int] = []
    sorted.reserveCapacity(connectivity.count)
    for element in order { sorted += connectivity[starts[element]..<starts[element + 1]] }
    connectivity = sorted
    elementKinds = order.map { elementKinds[$0] }
    elementLabels = order.map { elementLabels[$0] }
  }
}
