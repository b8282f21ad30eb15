@testable import FiniteElements

/// Decks of structural elements with closed-form answers.
enum StructureDecks {
  static let young = 200_000.0

  /// A deck of `nodes` (first label 1) and `elements`, with one section card and one step.
  static func deck(
    nodes: [SIMD3<Double>], type: String, elements: [[Int]], section: String, boundary: String,
    step: String, poisson: Double = 0
  ) throws -> Deck {
    let nodeLines = nodes.enumerated().map { "\($0 + 1), \($1.x), \($1.y), \($1.z)" }
    let elementLines = elements.enumerated().map { number, nodes in
      "\(number + 1), " + nodes.map(String.init).joined(separator: ", ")
    }
    return try Decks.parse(
      """
      *NODE, NSET=NALL
      \(nodeLines.joined(separator: "\n"))
      *ELEMENT, TYPE=\(type), ELSET=EALL
      \(elementLines.joined(separator: "\n"))
      *MATERIAL, NAME=EL
      *ELASTIC
      \(young), \(poisson)
      *DENSITY
      1.
      \(section)
      *BOUNDARY
      \(boundary)
      *STEP
      *STATIC
      \(step)
      *NODE PRINT, NSET=NALL
      U, RF
      *EL PRINT, ELSET=EALL
      S
      *END STEP

      """)
  }

  /// What the run prints: displacements and forces by node, and the largest stress component.
  static func solve(
    _ deck: Deck
  ) throws -> (displacement: [SIMD3<Double>], force: [SIMD3<Double>], largestStress: Double) {
    let text = try Decks.solve(deck).dat
    var blocks: [String: [[Double]]] = [:]
    var title = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let values = words.compactMap { Double($0) }
      if line.contains("for set") {
        title = String(words[0])
      } else if values.count >= 4, values.count >= words.count - 1 {
        blocks[title, default: []].append(values)
      }
    }
    let vectors = { (name: String) in
      (blocks[name] ?? []).map { SIMD3<Double>($0[1], $0[2], $0[3]) }
    }
    let stress = (blocks["stresses"] ?? []).flatMap { $0.dropFirst(2) }.map(abs).max() ?? 0
    return (vectors("displacements"), vectors("forces"), stress)
  }

  /// A strip of quadrilaterals or triangles along x, `count` cells of size `length / count`.
  static func strip(
    _ nodesPerElement: Int, count: Int, length: Double, width: Double,
    _ place: (Double, Double) -> SIMD3<Double> = { [$0, $1, 0] }
  ) -> (nodes: [SIMD3<Double>], elements: [[Int]], ends: (start: [Int], end: [Int])) {
    var labels: [SIMD2<Int>: Int] = [:]
    var nodes: [SIMD3<Double>] = []
    func node(_ i: Int, _ j: Int) -> Int {
      if let known = labels[[i, j]] { return known }
      nodes.append(
        place(length * Double(i) / Double(2 * count), width * Double(j) / 2))
      labels[[i, j]] = nodes.count
      return nodes.count
    }
    var elements: [[Int]] = []
    for cell in 0..<count {
      let i = 2 * cell
      let corners = [node(i, 0), node(i + 2, 0), node(i + 2, 2), node(i, 2)]
      let (a, b, c, d) = (corners[0], corners[1], corners[2], corners[3])
      switch nodesPerElement {
      case 3: elements += [[a, b, c], [a, c, d]]
      case 4: elements.append(corners)
      case 6:
        let middle = node(i + 1, 1)
        elements.append([a, b, c, node(i + 1, 0), node(i + 2, 1), middle])
        elements.append([a, c, d, middle, node(i + 1, 2), node(i, 1)])
      default:
        elements.append(
          corners + [node(i + 1, 0), node(i + 2, 1), node(i + 1, 2), node(i, 1)])
      }
    }
    let ends = { (column: Int) in
      labels.filter { $0.key.x == column }.sorted { $0.key.y < $1.key.y }.map(\.value)
    }
    return (nodes, elements, (ends(0), ends(2 * count)))
  }
}
