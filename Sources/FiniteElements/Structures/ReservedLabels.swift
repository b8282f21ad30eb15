/// How many node numbers cards use up before structural elements are expanded.
///
/// CalculiX numbers the nodes that it makes in the order in which it makes them; those of the
/// expansion come last, so that their numbers in `.frd` files depend on the cards before.
struct ReservedLabels {
  let sets: Sets
  let mesh: Mesh
  /// The nodes of structural elements as the deck has them, by element.
  let structural: [Int: [Int]]

  /// - Parameter structural: the elements to expand.
  init(
    _ sets: Sets, _ mesh: Mesh,
    _ structural: [(element: Int, kind: StructuralKind, nodes: [Int])]
  ) {
    self.sets = sets
    self.mesh = mesh
    self.structural = Dictionary(uniqueKeysWithValues: structural.map { ($0.element, $0.nodes) })
  }

  func count(_ cards: [KnownCard]) -> Int {
    var count = prescribedLocally(cards)
    for (index, known) in cards.enumerated() where known.step == 0 {
      let card = known.card
      let next = index + 1 < cards.count ? cards[index + 1] : nil
      if known.kind == .preTension { count += nodes(ofSurface: card["SURFACE"]).count }
      if known.kind == .rigidBody { count += ofRigidBody(card) }
      if known.kind == .coupling, next?.kind == .kinematic {
        // One for the rotations, one for each node, and one more for each that has axes of its own.
        let share = card.has("ORIENTATION") ? 2 : 1
        count += 1 + share * nodes(ofSurface: card["SURFACE"]).count
      }
      if known.kind == .multipoint { count += ofMultipoint(card) }
    }
    return count
  }

  /// One for each node of which a displacement along an axis of its own is prescribed in the first
  /// step or before.
  private func prescribedLocally(_ cards: [KnownCard]) -> Int {
    var own: Set<Int> = []
    for known in cards where known.kind == .transform {
      own.formUnion(known.card["NSET"].flatMap { sets.nodes[$0] } ?? [])
    }
    guard !own.isEmpty else { return 0 }
    var found: Set<Int> = []
    var ignored = DeckReport()
    for known in cards where known.kind == .boundary && known.step <= 1 {
      var lines = DataLines(known.card)
      while lines.next() {
        guard let first = lines.integer(1), first >= 1, first <= 3 else { continue }
        found.formUnion(
          sets.members(lines, 0, .node, report: &ignored).filter { own.contains($0) })
      }
    }
    return found.count
  }

  private func ofRigidBody(_ card: Card) -> Int {
    let rotation = card.has("ROTNODE") ? 0 : 1
    if let nodes = card["NSET"].flatMap({ sets.nodes[$0] }) { return nodes.count + rotation }
    let elements = card["ELSET"].flatMap { sets.elements[$0] } ?? []
    return elements.reduce(rotation) { $0 + (structural[$1] ?? Array(mesh.nodes(of: $1))).count }
  }

  /// Each nonlinear equation has a number of its own.
  private func ofMultipoint(_ card: Card) -> Int {
    var lines = DataLines(card)
    guard lines.next() else { return 0 }
    let kind = lines.name(0)
    var count = (1..<lines.count).count { !lines.isBlank($0) }
    while lines.next() { count += (0..<lines.count).count { !lines.isBlank($0) } }
    switch kind {
    case "PLANE": return max(count - 3, 0)
    case "STRAIGHT": return max(count - 2, 0)
    case "BEAM": return 1
    case _: return 0
    }
  }

  /// The nodes of a surface as the deck has them, in the order of its faces.
  private func nodes(ofSurface name: String?) -> [Int] {
    guard let name else { return [] }
    guard let faces = sets.surfaces[name] else { return sets.nodes[name] ?? [] }
    var found: [Int] = []
    for (element, face) in faces {
      for node in nodes(ofFace: face, of: element) where !found.contains(node) {
        found.append(node)
      }
    }
    return found
  }

  private func nodes(ofFace face: Int, of element: Int) -> [Int] {
    guard let own = structural[element], let kind = sets.structural[element] else {
      return mesh.elementKinds[element].reference.faces[face]
        .map { mesh.connectivity[mesh.connectivityStarts[element] + $0] }
    }
    // The first two faces are those across the thickness, the others stand on the edges.
    guard face >= 2, !kind.isLine else { return own }
    let (edge, corners) = (face - 2, kind.cornerCount)
    let ends = [own[edge], own[(edge + 1) % corners]]
    return kind.isQuadratic ? ends + [own[corners + edge]] : ends
  }
}
