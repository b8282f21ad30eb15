/// The sets and surfaces of a deck, resolved to places in the mesh.
struct Sets {
  let nodeIndex: LabelIndex
  let elementIndex: LabelIndex
  /// How many nodes the deck has before any are made.
  let nodeCount: Int
  /// Whether elements were left out, which has been reported: missing members are no news then.
  var isIncomplete = false
  /// Numbers of springs, masses and other elements outside the mesh.
  var specialLabels: Set<Int> = []
  var nodes: [String: [Int]] = [:]
  var elements: [String: [Int]] = [:]
  /// Element faces, counted from 0.
  var surfaces: [String: [(element: Int, face: Int)]] = [:]
  /// The sets that some card of the deck defines, so that the order of the cards can be told.
  private var announced: [Member: Set<String>] = [:]
  /// The types of the elements that are to be expanded.
  var structural: [Int: StructuralKind] = [:]

  init(_ mesh: Mesh) {
    nodeIndex = LabelIndex(mesh.nodeLabels)
    nodeCount = mesh.nodeCount
    elementIndex = LabelIndex(mesh.elementLabels)
  }
}

/// What a set is made of: nodes or elements.
enum Member: String {
  case node, element

  /// The parameter that names such a set.
  var parameter: String {
    switch self {
    case .node: "NSET"
    case .element: "ELSET"
    }
  }
}

extension Sets {
  func index(_ member: Member, _ label: Int) -> Int? {
    switch member {
    case .node: nodeIndex[label]
    case .element: elementIndex[label]
    }
  }

  func set(_ member: Member, _ name: String) -> [Int]? {
    switch member {
    case .node: nodes[name]
    case .element: elements[name]
    }
  }

  private mutating func append(_ found: [Int], to name: String, _ member: Member) {
    switch member {
    case .node: nodes[name, default: []] += found
    case .element: elements[name, default: []] += found
    }
  }

  /// The set named on a card, or a problem.
  func named(
    _ name: String, _ member: Member, _ place: Place, report: inout DeckReport
  ) -> [Int] {
    if let found = set(member, name) { return found }
    if isIncomplete, member == .element { return [] }
    if announced[member]?.contains(name) == true {
      report.add(
        place, "\(member.rawValue) set \(name) is defined further down",
        fix: "move its *\(member.parameter) above this line")
      return []
    }
    let known = member == .node ? Array(nodes.keys) : Array(elements.keys)
    let nearest = Spelling.nearest(to: name, in: known.sorted())
    report.add(
      place, "\(member.rawValue) set \(name) is not defined",
      fix: nearest.map { "did you mean \($0)?" } ?? "define it with *\(member.parameter)")
    return []
  }

  /// The members that a field names: a number or a set.
  func members(
    _ lines: DataLines, _ field: Int, _ member: Member, report: inout DeckReport
  ) -> [Int] {
    guard let label = lines.integer(field) else {
      return named(lines.name(field), member, lines.place, report: &report)
    }
    if let found = index(member, label) { return [found] }
    if member == .element, isIncomplete || specialLabels.contains(label) { return [] }
    report.add(lines.place, "\(member.rawValue) \(label) is not defined")
    return []
  }
}

extension Sets {
  /// Reads `*NSET`, `*ELSET` and `*SURFACE`, and the sets that `*NODE` and `*ELEMENT` named.
  mutating func read(
    _ cards: [KnownCard], _ mesh: Mesh, _ reader: MeshReader, report: inout DeckReport
  ) {
    for (name, labels) in reader.nodeSets {
      append(labels.compactMap { nodeIndex[$0] }, to: name, .node)
    }
    for (name, labels) in reader.elementSets {
      append(labels.compactMap { elementIndex[$0] }, to: name, .element)
    }
    for card in cards {
      for (kind, member) in [(CardKind.nodeSet, Member.node), (.elementSet, .element)]
      where card.kind == kind {
        if let name = card.card[member.parameter] { announced[member, default: []].insert(name) }
      }
    }
    defer { announced = [:] }
    // Element sets may be defined behind the node sets that name them.
    var elementNodes: [Card] = []
    for card in cards {
      if let part = card.card.part { addSurfaces(of: part) }
      if card.kind == .nodeSet {
        readSet(card.card, .node, report: &report)
        elementNodes.append(card.card)
      }
      if card.kind == .elementSet { readSet(card.card, .element, report: &report) }
      if card.kind == .surface { readSurface(card.card, mesh, report: &report) }
    }
    for card in elementNodes { addNodes(ofElementsOn: card, mesh, report: &report) }
  }

  /// Adds the nodes of the elements that `*NSET, NSET=..., ELSET=...` names, in ascending order.
  private mutating func addNodes(
    ofElementsOn card: Card, _ mesh: Mesh, report: inout DeckReport
  ) {
    guard let name = card["NSET"], let set = card["ELSET"] else { return }
    let elements = named(set, .element, card.place, report: &report)
    var isMember = [Bool](repeating: false, count: mesh.nodeCount)
    for element in elements {
      for node in mesh.nodes(of: element) { isMember[node] = true }
    }
    append(isMember.indices.filter { isMember[$0] }, to: name, .node)
  }

  private mutating func addSurfaces(of part: GmshPart) {
    for (name, faces) in part.surfaces {
      surfaces[name, default: []] += faces.compactMap { face in
        elementIndex[face.element].map { ($0, face.face) }
      }
    }
  }

  private mutating func readSet(_ card: Card, _ member: Member, report: inout DeckReport) {
    guard let name = card[member.parameter], !name.isEmpty else {
      report.add(card.place, "\(card.title) needs \(member.parameter)=name")
      return
    }
    var found: [Int] = []
    var missing: [Int] = []
    var lines = DataLines(card)
    let generates = card.has("GENERATE")
    while true {
      if !generates { readPlainMembers(&lines, member, &found) }
      guard lines.next() else { break }
      if generates {
        found += generated(lines, member, report: &report)
        continue
      }
      for field in 0..<lines.count where !lines.isBlank(field) {
        if let label = lines.integer(field), isMissing(member, label) {
          missing.append(label)
        } else {
          found += members(lines, field, member, report: &report)
        }
      }
    }
    noteMissing(missing, of: name, isAll: found.isEmpty, member, card, report: &report)
    append(found, to: name, member)
  }

  private func isMissing(_ member: Member, _ label: Int) -> Bool {
    index(member, label) == nil
      && (member == .node || !isIncomplete && !specialLabels.contains(label))
  }

  /// Numbers without a node or element are left out, as in CalculiX; a set of nothing else is a mistake.
  private func noteMissing(
    _ labels: [Int], of name: String, isAll: Bool, _ member: Member, _ card: Card,
    report: inout DeckReport
  ) {
    guard let first = labels.first else { return }
    let what =
      labels.count == 1
      ? "\(member.rawValue) \(first) does not exist"
      : "\(member.rawValue) \(first) and \(labels.count - 1) more do not exist"
    if isAll, !isIncomplete, specialLabels.isEmpty {
      report.add(
        card.place, "set \(name) has no members: \(what)",
        fix: "correct the numbers, or include the mesh that they belong to")
    } else {
      report.note(card.place, "set \(name): \(what); left out")
    }
  }

  /// Reads members as long as the lines hold nothing but labels that exist.
  private func readPlainMembers(
    _ lines: inout DataLines, _ member: Member, _ found: inout [Int]
  ) {
    let index = member == .node ? nodeIndex : elementIndex
    lines.readPlain { numbers in
      let before = found.count
      while !numbers.lineEnd() {
        guard let place = index[numbers.integer()] else {
          found.removeLast(found.count - before)
          return false
        }
        found.append(place)
        guard numbers.comma() || numbers.isAtLineEnd else {
          found.removeLast(found.count - before)
          return false
        }
      }
      return true
    }
  }

  /// The members first, first + increment, ... last that exist.
  private func generated(_ lines: DataLines, _ member: Member, report: inout DeckReport) -> [Int] {
    let increment = lines.isBlank(2) ? 1 : lines.integer(2) ?? 0
    guard let first = lines.integer(0), let last = lines.integer(1), first <= last, increment > 0,
      first > 0
    else {
      report.add(
        lines.place, "GENERATE needs first, last and increment",
        fix: "write for example 1, 100, 1")
      return []
    }
    switch member {
    case .node: return nodeIndex.places(from: first, through: last, by: increment)
    case .element: return elementIndex.places(from: first, through: last, by: increment)
    }
  }

  private mutating func readSurface(_ card: Card, _ mesh: Mesh, report: inout DeckReport) {
    guard let name = card["NAME"], !name.isEmpty else {
      report.add(card.place, "*SURFACE needs NAME=name")
      return
    }
    switch card["TYPE"] ?? "ELEMENT" {
    case "ELEMENT": readFaces(card, name, mesh, report: &report)
    case "NODE":
      var found: [Int] = []
      var lines = DataLines(card)
      while lines.next() { found += members(lines, 0, .node, report: &report) }
      append(found, to: name, .node)
    case let type:
      report.add(card.place, "*SURFACE: TYPE=\(type) is not supported", fix: "use ELEMENT or NODE")
    }
  }

  private mutating func readFaces(
    _ card: Card, _ name: String, _ mesh: Mesh, report: inout DeckReport
  ) {
    var found: [(element: Int, face: Int)] = []
    var lines = DataLines(card)
    while lines.next() {
      let elements = members(lines, 0, .element, report: &report)
      let label = lines.name(1)
      for element in elements {
        let face =
          structural[element].map { $0.face(label, prefix: "S") }
          ?? Faces.index(label, prefix: "S", of: mesh.elementKinds[element])
        if let face {
          found.append((element, face))
        } else {
          report.add(
            lines.place, "'\(label)' is not a face of element \(mesh.elementLabels[element])")
        }
      }
    }
    surfaces[name, default: []] += found
  }
}

/// Names of element faces.
enum Faces {
  /// The face, from 0, that `P3` or `S3` names; nil when the element has no such face.
  static func index(_ label: String, prefix: String, of kind: ElementKind) -> Int? {
    guard label.hasPrefix(prefix), let number = Int(label.dropFirst(prefix.count)) else {
      return nil
    }
    return (1...kind.reference.faces.count).contains(number) ? number - 1 : nil
  }
}
