/// A `.msh` file of format 4.1 as text, from a few elements and groups.
struct GmshText {
  struct Block {
    let dimension: Int
    let entity: Int
    let type: Int
    let elements: [[Int]]

    init(_ dimension: Int, _ entity: Int, type: Int, _ elements: [[Int]]) {
      self.dimension = dimension
      self.entity = entity
      self.type = type
      self.elements = elements
    }
  }

  /// A group of one entity; a negative entity is turned round.
  struct Group {
    let dimension: Int
    let entity: Int
    let name: String

    init(_ dimension: Int, _ entity: Int, _ name: String) {
      self.dimension = dimension
      self.entity = entity
      self.name = name
    }
  }

  /// Labels from 1 on.
  var nodes: [SIMD3<Double>]
  var blocks: [Block]
  var groups: [Group] = []

  var bytes: [UInt8] { Array(text.utf8) }

  var text: String {
    var lines = ["$MeshFormat", "4.1 0 8", "$EndMeshFormat", "$PhysicalNames", "\(groups.count)"]
    for (number, group) in groups.enumerated() {
      lines.append("\(group.dimension) \(number + 1) \"\(group.name)\"")
    }
    lines += ["$EndPhysicalNames", "$Entities"]
    let entities = (0..<4).map { dimension in
      Set(blocks.filter { $0.dimension == dimension }.map(\.entity)).sorted()
    }
    lines.append(entities.map { "\($0.count)" }.joined(separator: " "))
    for dimension in 0..<4 {
      for entity in entities[dimension] {
        let tags = groups.enumerated().filter {
          $1.dimension == dimension && abs($1.entity) == entity
        }.map { $1.entity < 0 ? -($0 + 1) : $0 + 1 }
        let box = dimension == 0 ? [0, 0, 0] : [0, 0, 0, 1, 1, 1]
        let numbers = [entity] + box + [tags.count] + tags + (dimension == 0 ? [] : [0])
        lines.append(numbers.map(String.init).joined(separator: " "))
      }
    }
    lines += [
      "$EndEntities", "$Nodes", "1 \(nodes.count) 1 \(nodes.count)", "2 1 0 \(nodes.count)",
    ]
    lines += nodes.indices.map { "\($0 + 1)" }
    lines += nodes.map { "\($0.x) \($0.y) \($0.z)" }
    let count = blocks.reduce(0) { $0 + $1.elements.count }
    lines += ["$EndNodes", "$Elements", "\(blocks.count) \(count) 1 \(count)"]
    var label = 0
    for block in blocks {
      lines.append("\(block.dimension) \(block.entity) \(block.type) \(block.elements.count)")
      for element in block.elements {
        label += 1
        lines.append(([label] + element).map(String.init).joined(separator: " "))
      }
    }
    return (lines + ["$EndElements", ""]).joined(separator: "\n")
  }
}

extension GmshText {
  /// A strip of second order, as ``StructureDecks/strip(_:count:length:width:_:)`` makes it, in the group `sheet`, with its ends in the groups `start` and `end`.
  static func strip(
    _ nodesPerElement: Int, count: Int, length: Double, width: Double,
    _ place: (Double, Double) -> SIMD3<Double> = { [$0, $1, 0] }
  ) -> GmshText {
    let strip = StructureDecks.strip(
      nodesPerElement, count: count, length: length, width: width, place)
    // Gmsh lists the ends of a line before its middle.
    let edge = { (nodes: [Int]) in [[nodes[0], nodes[2], nodes[1]]] }
    return GmshText(
      nodes: strip.nodes,
      blocks: [
        Block(1, 1, type: 8, edge(strip.ends.start)), Block(1, 2, type: 8, edge(strip.ends.end)),
        Block(2, 1, type: nodesPerElement == 6 ? 9 : 16, strip.elements),
      ],
      groups: [Group(1, 1, "start"), Group(1, 2, "end"), Group(2, 1, "sheet")])
  }
}
