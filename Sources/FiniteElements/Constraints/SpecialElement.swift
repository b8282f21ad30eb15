/// An element that is not part of the mesh: a spring, dashpot, point mass or reference of a coupling.
struct SpecialElement: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case springBetween = "SPRINGA"
    case springToGround = "SPRING1"
    case springOfDirections = "SPRING2"
    case dashpot = "DASHPOTA"
    case mass = "MASS"
    case coupling = "DCOUP3D"
    /// A beam that `*PRE-TENSION SECTION, ELEMENT=` replaces by a relation of its two nodes.
    case cut

    /// How many nodes it has.
    var nodeCount: Int {
      switch self {
      case .springBetween, .springOfDirections, .dashpot, .cut: 2
      case .springToGround, .mass, .coupling: 1
      }
    }

    /// The card that gives its constants; nil when it has none.
    var property: CardKind? {
      switch self {
      case .springBetween, .springToGround, .springOfDirections: .spring
      case .dashpot: .dashpot
      case .mass: .mass
      case .coupling, .cut: nil
      }
    }
  }

  let label: Int
  let type: Kind
  let nodes: [Int]
  /// The element sets that it belongs to.
  var sets: Set<String>
  let place: Place
}

/// Reads the special elements of a deck and the sets that they belong to.
struct SpecialElementReader {
  private(set) var elements: [SpecialElement] = []
  private let nodes: LabelIndex
  private var places: [Int: Int] = [:]

  /// - Parameter cut: labels of beams that are replaced by a pre-tension.
  init(
    _ cards: [KnownCard], _ mesh: Mesh, cut: Set<Int>, report: inout DeckReport
  ) {
    nodes = LabelIndex(mesh.nodeLabels)
    for known in cards where known.kind == .element {
      let type = known.card["TYPE"] ?? ""
      if let kind = SpecialElement.Kind(rawValue: type), kind != .cut {
        read(known.card, kind, report: &report)
      } else if type == "B31", !cut.isEmpty {
        read(known.card, .cut, only: cut, report: &report)
      }
    }
    guard !elements.isEmpty else { return }
    for (place, element) in elements.enumerated() { places[element.label] = place }
    for known in cards where known.kind == .elementSet { readSet(known.card) }
  }

  private mutating func read(
    _ card: Card, _ kind: SpecialElement.Kind, only: Set<Int>? = nil, report: inout DeckReport
  ) {
    var lines = DataLines(card)
    while lines.next() {
      guard let label = lines.integer(0), label > 0 else {
        report.add(lines.place, "element number '\(lines.text(0))' is not a positive integer")
        continue
      }
      if let only, !only.contains(label) { continue }
      let found = (1..<max(lines.count, 1)).compactMap { field -> Int? in
        if let node = lines.integer(field).flatMap({ nodes[$0] }) { return node }
        report.add(
          lines.place,
          "element \(label) names node '\(lines.text(field))', which is not defined")
        return nil
      }
      guard found.count == kind.nodeCount else {
        report.add(
          lines.place, "element \(label) has \(found.count) nodes, it needs \(kind.nodeCount)")
        continue
      }
      elements.append(
        SpecialElement(
          label: label, type: kind, nodes: found, sets: card["ELSET"].map { [$0] } ?? [],
          place: lines.place))
    }
  }

  private mutating func readSet(_ card: Card) {
    guard let name = card["ELSET"] else { return }
    var lines = DataLines(card)
    while lines.next() {
      if card.has("GENERATE") {
        guard let first = lines.integer(0), let last = lines.integer(1), first <= last else {
          continue
        }
        let step = lines.isBlank(2) ? 1 : max(lines.integer(2) ?? 1, 1)
        for place in elements.indices
        where (first...last).contains(elements[place].label)
          && (elements[place].label - first) % step == 0
        {
          elements[place].sets.insert(name)
        }
        continue
      }
      for field in 0..<lines.count {
        if let place = lines.integer(field).flatMap({ places[$0] }) {
          elements[place].sets.insert(name)
        } else if lines.integer(field) == nil {
          for place in elements.indices where elements[place].sets.contains(lines.name(field)) {
            elements[place].sets.insert(name)
          }
        }
      }
    }
  }

  /// The labels of the beams that `*PRE-TENSION SECTION, ELEMENT=` names by number or set.
  static func cutBeams(_ cards: [KnownCard]) -> Set<Int> {
    let wanted = cards.filter { $0.kind == .preTension }.compactMap { $0.card["ELEMENT"] }
    var labels = Set(wanted.compactMap { Int($0) })
    for known in cards
    where wanted.contains(known.card["ELSET"] ?? "")
      && (known.kind == .element || known.kind == .elementSet)
    {
      var lines = DataLines(known.card)
      while lines.next() {
        let fields = known.kind == .element ? 1 : lines.count
        labels.formUnion((0..<fields).compactMap { lines.integer($0) })
      }
    }
    return labels
  }
}

extension Sets {
  /// Makes the special elements and their sets known, though the mesh does not have them.
  mutating func add(_ specials: [SpecialElement]) {
    for special in specials {
      specialLabels.insert(special.label)
      for name in special.sets { elements[name, default: []] += [] }
    }
  }
}
