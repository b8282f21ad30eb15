/// An element as the `.frd` file shows it: expanded, or as the deck has it.
struct FileElement {
  /// Its number in the `.frd` format.
  let type: Int
  let nodes: [Int]
}

extension Deck {
  /// Whether the `.frd` file shows structural elements as the solids they became.
  ///
  /// As in CalculiX: where there are shells or beams, unless `OUTPUT=2D` is asked for in the first
  /// step.
  var showsExpanded: Bool {
    guard let structures else { return false }
    return steps.first?.showsExpanded
      ?? structures.elements.contains { $0.kind.family == .shell || $0.kind.family == .beam }
  }

  /// How the `.frd` file shows a structural element that is not shown expanded; nil for others.
  func fileElement(_ element: Int) -> FileElement? {
    guard !showsExpanded, let structures, let place = structures.placeOf[element] else {
      return nil
    }
    let own = structures.elements[place]
    guard !own.kind.isLine else {
      let isQuadratic = own.kind.isQuadratic
      return FileElement(
        type: isQuadratic ? 12 : 11,
        nodes: isQuadratic ? [own.nodes[0], own.nodes[2], own.nodes[1]] : own.nodes)
    }
    let types = [3: 7, 6: 8, 4: 9, 8: 10]
    return FileElement(type: types[own.nodes.count] ?? 9, nodes: own.nodes)
  }

  /// Nodes of the deck with those that they were expanded to.
  func fileNodes(standingFor nodes: [Int]) -> Set<Int> {
    guard let structures, showsExpanded else { return Set(nodes) }
    let expanded = nodes.flatMap { structures.expansionsOf[$0] ?? [] }
      .flatMap { structures.expansions[$0].nodes }
    let wanted = Set(nodes)
    let layers = layering?.nodes.indices.filter {
      wanted.contains(layering?.nodes[$0].origin ?? -1)
    }
    return wanted.union(expanded).union((layers ?? []).map { mesh.nodeCount + $0 })
  }

  /// Springs and dashpots between two nodes, which the `.frd` file shows as lines.
  var fileLines: [(label: Int, nodes: [Int])] {
    let turns = Set(companions.rotations.values)
    return discretes.filter { !$0.stiffness.isEmpty || !$0.damping.isEmpty }.compactMap {
      let nodes = Set($0.freedoms.map { $0 / 3 }).sorted()
      return nodes.count == 2 && turns.isDisjoint(with: nodes) ? ($0.label, nodes) : nil
    }
  }

  /// Nodes that the `.frd` file shows with their temperature alone: as in CalculiX those of structural
  /// elements whose temperature is prescribed, beside what they became.
  var temperatureNodes: Set<Int> {
    guard let structures, showsExpanded else { return [] }
    return Set(steps.flatMap(\.prescribedTemperatures.keys).filter { structures.uses($0) })
      .subtracting(mesh.connectivity)
  }

  /// The mesh that the `.frd` file shows, and the section of each of its elements.
  var fileMesh: (mesh: Mesh, sectionOfElement: [Int]) {
    guard showsExpanded, let layering else { return (mesh, sectionOfElement) }
    return (layering.mesh, layering.sectionOfElement)
  }

  /// The nodes that the `.frd` file shows.
  var fileNodes: [Int] {
    var isShown = fileMesh.mesh.isUsed
    for node in temperatureNodes { isShown[node] = true }
    if let structures, !showsExpanded {
      isShown = [Bool](repeating: false, count: mesh.nodeCount)
      for element in 0..<mesh.elementCount where structures.placeOf[element] == nil {
        for node in mesh.nodes(of: element) { isShown[node] = true }
      }
      for node in structures.elements.flatMap(\.nodes) { isShown[node] = true }
    }
    for line in fileLines {
      for node in line.nodes { isShown[node] = true }
    }
    let nodes = isShown.indices.filter { isShown[$0] }
    guard showsExpanded, let layering else { return nodes }
    return nodes.sorted { layering.mesh.nodeLabels[$0] < layering.mesh.nodeLabels[$1] }
  }
}
