import Glibc

/// A structured mesh of a published benchmark as the text of a deck: bricks or quadrilaterals of the unit cube
/// or square, mapped by a function, so that middle nodes lie on curved edges as well.
struct BenchmarkMesh {
  enum Shape { case brick, quadrilateral }

  let type: String
  private(set) var nodes: [SIMD3<Double>] = []
  /// Nodes of each element, labels from 1.
  private(set) var elements: [[Int]] = []
  private let shape: Shape
  private let isQuadratic: Bool
  private var blocks: [(first: Int, cells: SIMD3<Int>)] = []
  private var known: [SIMD4<Int>: Int] = [:]

  /// Corners of a cell in steps of the grid, in the order of the cards, and the pairs of corners whose
  /// middles follow.
  private static let corners: [SIMD3<Int>] = [
    [0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1],
  ]
  private static let middlesOfBrick = [
    (0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (6, 7), (7, 4), (0, 4), (1, 5), (2, 6), (3, 7),
  ]
  private static let middlesOfQuadrilateral = [(0, 1), (1, 2), (2, 3), (3, 0)]

  /// A mesh without elements; `isQuadratic` adds middle nodes.
  init(_ type: String, _ shape: Shape = .brick, isQuadratic: Bool = true) {
    self.type = type
    self.shape = shape
    self.isQuadratic = isQuadratic
  }

  /// A mesh of one block; `map` takes the unit cube (or square, with z = 0) to the body.
  init(
    _ type: String, _ shape: Shape = .brick, cells: SIMD3<Int>, isQuadratic: Bool = true,
    map: (SIMD3<Double>) -> SIMD3<Double>
  ) {
    self.init(type, shape, isQuadratic: isQuadratic)
    add(cells: cells, map: map)
  }

  /// Adds a block; it shares the nodes that lie at the same places as nodes of blocks of the same `part`.
  mutating func add(
    cells: SIMD3<Int>, part: Int = 0, map: (SIMD3<Double>) -> SIMD3<Double>
  ) {
    let cells = shape == .brick ? cells : SIMD3(cells.x, cells.y, 1)
    let middles =
      !isQuadratic
      ? [] : shape == .brick ? Self.middlesOfBrick : Self.middlesOfQuadrilateral
    blocks.append((elements.count, cells))
    for z in 0..<cells.z {
      for y in 0..<cells.y {
        for x in 0..<cells.x {
          var grid = Self.corners.prefix(shape == .brick ? 8 : 4)
            .map { 2 &* ($0 &+ SIMD3(x, y, z)) }
          grid += middles.map { (grid[$0.0] &+ grid[$0.1]) / 2 }
          elements.append(
            grid.map { node(at: map(SIMD3<Double>($0) / SIMD3<Double>(2 &* cells)), part) })
        }
      }
    }
  }

  private mutating func node(at place: SIMD3<Double>, _ part: Int) -> Int {
    let rounded = SIMD3<Int>((place * 1e8).rounded(.toNearestOrEven))
    let key = SIMD4(rounded, part)
    if let label = known[key] { return label }
    nodes.append(place)
    known[key] = nodes.count
    return nodes.count
  }

  /// Labels of the nodes whose place satisfies a condition.
  func nodes(where holds: (SIMD3<Double>) -> Bool) -> [Int] {
    nodes.indices.filter { holds(nodes[$0]) }.map { $0 + 1 }
  }

  /// The label of the node nearest to a place.
  func node(at place: SIMD3<Double>) -> Int {
    let distances = nodes.map { (($0 - place) * ($0 - place)).sum() }
    return 1 + (distances.indices.min { distances[$0] < distances[$1] } ?? 0)
  }

  /// Labels of the elements of a block in a layer of cells: 0 the first along the axis, -1 the last.
  func elements(axis: Int, layer: Int, block: Int = 0) -> [Int] {
    let (first, cells) = blocks[block]
    let wanted = layer < 0 ? cells[axis] + layer : layer
    return (0..<cells.x * cells.y * cells.z).filter { index in
      let place = SIMD3(index % cells.x, index / cells.x % cells.y, index / (cells.x * cells.y))
      return place[axis] == wanted
    }.map { first + $0 + 1 }
  }

  /// Labels of the elements of a block.
  func elements(block: Int) -> [Int] {
    let (first, cells) = blocks[block]
    return (0..<cells.x * cells.y * cells.z).map { first + $0 + 1 }
  }

  /// *NODE and *ELEMENT, with the sets NALL and EALL.
  var text: String {
    var lines = ["*NODE, NSET=NALL"]
    for (index, exact) in nodes.enumerated() {
      // Twelve places after the point, since CalculiX reads fields of at most twenty characters.
      let place = (exact * 1e12).rounded(.toNearestOrEven) / 1e12
      lines.append("\(index + 1), \(place.x), \(place.y), \(place.z)")
    }
    lines.append("*ELEMENT, TYPE=\(type), ELSET=EALL")
    for (index, members) in elements.enumerated() {
      let words = ([index + 1] + members).map(String.init)
      lines.append(words.prefix(15).joined(separator: ", ") + (words.count > 15 ? "," : ""))
      if words.count > 15 { lines.append(words.dropFirst(15).joined(separator: ", ")) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// *NSET or *ELSET with some labels.
  static func set(_ card: String, _ name: String, _ labels: [Int]) -> String {
    var lines = ["*\(card), \(card)=\(name)"]
    for start in stride(from: 0, to: labels.count, by: 10) {
      lines.append(
        labels[start..<min(start + 10, labels.count)].map(String.init).joined(separator: ", "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Lines of *BOUNDARY that fix some directions of some nodes.
  static func fixed(_ labels: [Int], _ directions: ClosedRange<Int>) -> String {
    labels.map { "\($0), \(directions.lowerBound), \(directions.upperBound)\n" }.joined()
  }

  /// Lines of *CLOAD that spread a force in a direction over nodes by their weights.
  static func forces(
    _ weights: [(node: Int, weight: Double)], _ direction: Int, total: Double
  ) -> String {
    let sum = weights.reduce(0) { $0 + $1.weight }
    return weights.map { "\($0.node), \(direction), \(total * $0.weight / sum)\n" }.joined()
  }
}
