import Testing

@testable import FiniteElements

@Suite("buckling benchmarks") struct BucklingTests {
  static func factors(
    _ mesh: BenchmarkMesh, boundary: String, load: String
  ) throws -> [Double] {
    try BenchmarkResult(
      mesh.text + """
        *MATERIAL, NAME=M
        *ELASTIC
        210000., 0.3
        *SOLID SECTION, ELSET=EALL, MATERIAL=M
        *BOUNDARY
        \(boundary)*STEP
        *BUCKLE
        1, 1.E-6
        \(load)*END STEP

        """
    ).bucklingFactors
  }

  @Test("loads that cause no stress buckle nothing, and the error says so")
  func unloaded() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 3, 0.").replacing("*STATIC", with: "*BUCKLE\n1"))
    #expect(throws: AnalysisError.unloadedBuckling(deck.steps[0].place)) {
      try Decks.solve(deck)
    }
  }

  /// L. Euler: P = π² E I / (K L)², 2.0457 π² E I / L² with one end clamped and one pinned, of a square column 50 times longer than it is wide. Shear gives way as
  /// well, by 1 + 1.2 P / (G A), less than 0.2 % here.
  @Test(
    "a slender column buckles at Euler's load",
    arguments: [("cantilever", 2.0), ("pinned", 1.0), ("clamped", 0.5), ("propped", 0.699_156)])
  func column(_ name: String, _ effective: Double) throws {
    let (length, side) = (500.0, 10.0)
    let mesh = BenchmarkMesh("C3D20R", cells: [20, 2, 2]) { place in
      [length * place.x, side * (place.y - 0.5), side * (place.z - 0.5)]
    }
    let (foot, head) = (mesh.nodes { $0.x < 1e-9 }, mesh.nodes { $0.x > length - 1e-9 })
    let middle = { (nodes: [Int]) in nodes.filter { abs(mesh.nodes[$0 - 1].z) < 1e-9 } }
    let boundary =
      switch name {
      // Ends that turn about y; the column is held in y throughout, so that it bends about that axis.
      case "pinned":
        BenchmarkMesh.fixed(middle(foot), 1...1) + BenchmarkMesh.fixed(middle(foot), 3...3)
          + BenchmarkMesh.fixed(middle(head), 3...3)
      case "clamped":
        BenchmarkMesh.fixed(foot, 1...3) + BenchmarkMesh.fixed(head, 3...3)
          + head.dropFirst().map { "*EQUATION\n2\n\($0), 1, 1., \(head[0]), 1, -1.\n" }.joined()
      case "propped": BenchmarkMesh.fixed(foot, 1...3) + BenchmarkMesh.fixed(middle(head), 3...3)
      default: BenchmarkMesh.fixed(foot, 1...3)
      }
    let held = mesh.nodes { abs($0.y) < 1e-9 && $0.x > 1e-9 }
    let load = mesh.elements(axis: 0, layer: -1).map { "\($0), P4, 1.\n" }.joined()
    let found = try Self.factors(
      mesh, boundary: BenchmarkMesh.fixed(held, 2...2) + boundary, load: "*DLOAD\n" + load)
    let euler =
      Double.pi * Double.pi * 210_000 * side * side * side * side / 12
      / (effective * length * effective * length)
    expect(try #require(found.first) * side * side, target: euler, within: 0.01, name)
  }

  /// S. Timoshenko, J. Gere, Theory of Elastic Stability: σ = k π² D / (b² t) with k = 4 for a simply supported
  /// square plate under pressure from two sides.
  @Test("a simply supported square plate buckles with k = 4")
  func plate() throws {
    let (side, thickness) = (100.0, 1.0)
    let mesh = BenchmarkMesh("C3D20R", cells: [10, 10, 1]) { place in
      [side * place.x, side * place.y, thickness * (place.z - 0.5)]
    }
    let edges = mesh.nodes { place in
      abs(place.z) < 1e-9
        && (place.x < 1e-9 || place.y < 1e-9 || place.x > side - 1e-9 || place.y > side - 1e-9)
    }
    let centre = mesh.node(at: [side / 2, side / 2, 0])
    let beside = mesh.node(at: [side, side / 2, 0])
    let load =
      mesh.elements(axis: 0, layer: 0).map { "\($0), P6, 1.\n" }.joined()
      + mesh.elements(axis: 0, layer: -1).map { "\($0), P4, 1.\n" }.joined()
    let found = try Self.factors(
      mesh,
      boundary: BenchmarkMesh.fixed(edges, 3...3) + BenchmarkMesh.fixed([centre], 1...2)
        + BenchmarkMesh.fixed([beside], 2...2), load: "*DLOAD\n" + load)
    let stiffness = 210_000 * thickness * thickness * thickness / (12 * (1 - 0.09))
    let critical = 4 * Double.pi * Double.pi * stiffness / (side * side * thickness)
    expect(try #require(found.first), target: critical, within: 0.02)
  }

  /// The same with k = 9.34 under pure shear; consistent forces of C3D20R's faces: a third of a face's force at
  /// the middles of its sides, and minus a twelfth at its corners.
  @Test("a simply supported square plate buckles in shear with k = 9.34")
  func shear() throws {
    let (side, thickness, cells) = (100.0, 1.0, 10)
    let mesh = BenchmarkMesh("C3D20R", cells: [cells, cells, 1]) { place in
      [side * place.x, side * place.y, thickness * (place.z - 0.5)]
    }
    let isOn = { (place: SIMD3<Double>, axis: Int, end: Double) in abs(place[axis] - end) < 1e-9 }
    var load = "*CLOAD\n"
    for (axis, end, sign) in [(0, 0.0, -1.0), (0, side, 1), (1, 0, -1), (1, side, 1)] {
      for node in mesh.nodes(where: { isOn($0, axis, end) }) {
        let place = mesh.nodes[node - 1]
        let along = place[1 - axis] / side * Double(2 * cells)
        let isMiddle = Int(along.rounded()) % 2 == 1
        let isEnd = along < 0.5 || along > Double(2 * cells) - 0.5
        let faces = isMiddle || isEnd ? 1.0 : 2
        let share = isMiddle || abs(place.z) < 1e-9 ? 1.0 / 3 : -1.0 / 12
        let force = sign * share * faces * thickness * side / Double(cells)
        load += "\(node), \(2 - axis), \(force)\n"
      }
    }
    let edges = mesh.nodes { place in
      abs(place.z) < 1e-9 && (0..<2).contains { isOn(place, $0, 0) || isOn(place, $0, side) }
    }
    let centre = mesh.node(at: [side / 2, side / 2, 0])
    let beside = mesh.node(at: [side, side / 2, 0])
    let found = try Self.factors(
      mesh,
      boundary: BenchmarkMesh.fixed(edges, 3...3) + BenchmarkMesh.fixed([centre], 1...2)
        + BenchmarkMesh.fixed([beside], 2...2), load: load)
    let stiffness = 210_000 * thickness * thickness * thickness / (12 * (1 - 0.09))
    let critical = 9.34 * Double.pi * Double.pi * stiffness / (side * side * thickness)
    expect(try #require(found.first), target: critical, within: 0.02)
  }
}
