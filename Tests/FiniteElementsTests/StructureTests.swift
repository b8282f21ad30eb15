import Testing

@testable import FiniteElements

@Suite("structural elements") struct StructureTests {
  /// What the seven printed digits of a result leave.
  static let printed = 2e-6

  static let planes = StructuralKind.all.filter {
    $0.family == .planeStress || $0.family == .planeStrain
  }.map(\.name)

  @Test("a plane bar stretches by F L / (E A), stiffer in plane strain", arguments: planes)
  func planeBar(_ type: String) throws {
    let count = Int(String(type[type.index(type.startIndex, offsetBy: 3)])) ?? 0
    let strip = StructureDecks.strip(count, count: 2, length: 4, width: 1)
    // Forces on the end that are consistent with its shape functions add up to 30.
    let shares = count > 4 ? [5.0, 20, 5] : [15.0, 15]
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: "*SOLID SECTION, ELSET=EALL, MATERIAL=EL\n0.5",
      boundary: strip.ends.start.map { "\($0), 1" }.joined(separator: "\n") + "\n1, 2",
      step: "*CLOAD\n"
        + zip(strip.ends.end, shares).map { "\($0), 1, \($1)" }
        .joined(separator: "\n"), poisson: 0.3)
    let strain = 30 / (StructureDecks.young * 0.5)
    let expected = 4 * strain * (type.hasPrefix("CPE") ? 1 - 0.09 : 1)
    let result = try StructureDecks.solve(deck)
    for node in strip.ends.end {
      #expect(abs(result.displacement[node - 1].x / expected - 1) < Self.printed)
    }
    let reaction = strip.ends.start.reduce(0) { $0 + result.force[$1 - 1].x }
    #expect(abs(reaction + 30) < 30 * Self.printed)
  }

  @Test(
    "a thick cylinder under pressure widens as Lame says", arguments: ["CAX8", "CAX8R", "CAX6"])
  func cylinder(_ type: String) throws {
    let (inner, outer, pressure, poisson) = (1.0, 2.0, 10.0, 0.3)
    let count = type == "CAX6" ? 6 : 8
    let strip = StructureDecks.strip(count, count: 8, length: 1, width: 0.25) {
      [$0 + inner, $1, 0]
    }
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: "*SOLID SECTION, ELSET=EALL, MATERIAL=EL", boundary: "NALL, 2",
      step: "*DLOAD\n\(count == 8 ? 1 : 2), \(count == 8 ? "P4" : "P3"), \(pressure)",
      poisson: poisson)
    let result = try StructureDecks.solve(deck)
    // Plane strain [Timoshenko and Goodier, section 28]:
    // u = (1 + nu) p a^2 / (E (b^2 - a^2)) ((1 - 2 nu) r + b^2 / r).
    let factor =
      (1 + poisson) * pressure * inner * inner
      / (StructureDecks.young * (outer * outer - inner * inner))
    for (nodes, radius) in [(strip.ends.start, inner), (strip.ends.end, outer)] {
      let expected = factor * ((1 - 2 * poisson) * radius + outer * outer / radius)
      // Eight quadratic elements, and a wedge of two degrees for a ring.
      #expect(abs(result.displacement[nodes[0] - 1].x / expected - 1) < 1e-3)
    }
  }

  @Test("a plate bends by F L^3 / (3 E I)", arguments: ["S4", "S6", "S8"])
  func plate(_ type: String) throws {
    let count = Int(String(type[type.index(after: type.startIndex)])) ?? 0
    let strip = StructureDecks.strip(count, count: 10, length: 10, width: 1)
    let shares = count > 4 ? [1.0 / 6, 2.0 / 3, 1.0 / 6] : [0.5, 0.5]
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.2",
      boundary: strip.ends.start.map { "\($0), 1, 6" }.joined(separator: "\n"),
      step: "*CLOAD\n"
        + zip(strip.ends.end, shares).map { "\($0), 3, \($1)" }
        .joined(separator: "\n"))
    let expected = 1000 / (3 * StructureDecks.young * 0.2 * 0.2 * 0.2 / 12)
    let result = try StructureDecks.solve(deck)
    // Shear deformation adds 0.03 %.
    #expect(abs(result.displacement[strip.ends.end[0] - 1].z / expected - 1) < 0.01)
  }

  /// Types, sections, area, second moment about axis 1 for bending along axis 2, torsion constant.
  static let beams: [(String, String, Double, Double)] = [
    ("B31", "RECT\n0.1, 0.2", 0.02, 0.1 * 0.008 / 12),
    ("B32", "RECT\n0.1, 0.2", 0.02, 0.1 * 0.008 / 12),
    ("B32R", "RECT\n0.1, 0.2", 0.02, 0.1 * 0.008 / 12),
    ("B32R", "CIRC\n0.2", .pi * 0.01, .pi * 1e-4 / 4),
    ("B32R", "PIPE\n0.1, 0.02", .pi * 0.0036, .pi * (1e-4 - 0.4096e-4) / 4),
  ]

  @Test("a beam stretches and bends as its section's area and second moment say", arguments: beams)
  func beam(_ type: String, _ section: String, _ area: Double, _ second: Double) throws {
    let cells = type == "B31" ? 20 : 8
    let perCell = type == "B31" ? 1 : 2
    let nodes = (0...(cells * perCell)).map {
      SIMD3<Double>(10 * Double($0) / Double(cells * perCell), 0, 0)
    }
    let elements = (0..<cells).map { cell in
      (0...perCell).map { perCell * cell + $0 + 1 }
    }
    let deck = try StructureDecks.deck(
      nodes: nodes, type: type, elements: elements,
      section: "*BEAM SECTION, ELSET=EALL, MATERIAL=EL, SECTION=\(section)\n0., 0., -1.",
      boundary: "1, 1, 6", step: "*CLOAD\n\(nodes.count), 1, 100.\n\(nodes.count), 2, 1.")
    let tip = try StructureDecks.solve(deck).displacement[nodes.count - 1]
    // The four corners that stand for a round section enclose 2/pi of the circle; eight points 1 %.
    #expect(abs(tip.x / (1000 / (StructureDecks.young * area)) - 1) < 0.02)
    #expect(abs(tip.y / (1000 / (3 * StructureDecks.young * second)) - 1) < 0.05)
  }

  @Test("a pipe twists by T L / (G J)")
  func torsion() throws {
    let nodes = (0...8).map { SIMD3<Double>(Double($0), 0, 0) }
    let elements = (0..<4).map { [2 * $0 + 1, 2 * $0 + 2, 2 * $0 + 3] }
    let deck = try StructureDecks.deck(
      nodes: nodes, type: "B32R", elements: elements,
      section: "*BEAM SECTION, ELSET=EALL, MATERIAL=EL, SECTION=PIPE\n0.1, 0.02\n0., 0., -1.",
      boundary: "1, 1, 6", step: "*CLOAD\n9, 4, 3.")
    let step = deck.steps[0]
    let twist = try #require(step.forces.first?.freedom)
    let frame = try Self.frame(of: deck)
    let polar = Double.pi / 2 * (1e-4 - 0.4096e-4)
    let expected = 3 * 8 / (StructureDecks.young / 2 * polar)
    // The sections are squares that may warp at the ends.
    #expect(abs(frame[twist] / expected - 1) < 0.05)
  }

  /// The displacements of the first step.
  static func frame(of deck: Deck) throws -> [Double] {
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    return try solver.solve(deck.steps[0]).displacements
  }

  @Test("a truss frame carries its load in pure tension and compression")
  func truss() throws {
    let deck = try StructureDecks.deck(
      nodes: [[0, 0, 0], [2, 0, 0], [1, 1, 0]], type: "T3D2", elements: [[1, 3], [2, 3]],
      section: "*SOLID SECTION, ELSET=EALL, MATERIAL=EL\n0.01",
      boundary: "1, 1, 3\n2, 1, 3\n3, 3", step: "*CLOAD\n3, 2, -10.")
    let result = try StructureDecks.solve(deck)
    // Each bar: force F / (2 sin 45) over L = sqrt 2, so v = F L / (2 E A sin^2 45).
    let expected = -10 * 2.0.squareRoot() / (StructureDecks.young * 0.01)
    #expect(abs(result.displacement[2].y / expected - 1) < Self.printed)
  }

  @Test("a frame of plane trusses needs no support across its plane")
  func planeTruss() throws {
    let deck = try StructureDecks.deck(
      nodes: [[0, 0, 0], [2, 0, 0], [1, 1, 0]], type: "T2D2", elements: [[1, 3], [2, 3]],
      section: "*SOLID SECTION, ELSET=EALL, MATERIAL=EL\n0.01",
      boundary: "1, 1, 2\n2, 1, 2", step: "*CLOAD\n3, 2, -10.")
    let result = try StructureDecks.solve(deck)
    let expected = -10 * 2.0.squareRoot() / (StructureDecks.young * 0.01)
    #expect(abs(result.displacement[2].y / expected - 1) < Self.printed)
    let across = result.displacement.map { abs($0.z) }.max() ?? .infinity
    #expect(across <= Self.printed * abs(expected))
  }

  static let folded = ["S3", "S4", "S4R", "S6", "S8"]

  @Test("a folded shell that moves as a rigid body has no stress", arguments: folded)
  func rigidMotion(_ type: String) throws {
    let count = Int(String(type[type.index(after: type.startIndex)])) ?? 0
    // Folded by 60 degrees at x = 1: the fold is a knot.
    let strip = StructureDecks.strip(count, count: 2, length: 2, width: 1) { x, y in
      x <= 1 ? [x, y, 0] : [1 + (x - 1) / 2, y, (x - 1) * 0.75.squareRoot()]
    }
    let turn = SIMD3<Double>(1e-3, -2e-3, 3e-3)
    let move = { (at: SIMD3<Double>) in SIMD3<Double>(0.01, 0.02, 0.03) + cross(turn, at) }
    let held = [
      strip.ends.start[0], strip.ends.start[strip.ends.start.count - 1], strip.ends.end[0],
    ]
    let lines = zip(held, [[0, 1, 2], [0, 2], [2]]).flatMap { node, directions in
      directions.map { "\(node), \($0 + 1), \($0 + 1), \(move(strip.nodes[node - 1])[$0])" }
    }
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.1", boundary: "1, 1",
      step: "*BOUNDARY\n" + lines.joined(separator: "\n"), poisson: 0.3)
    let result = try StructureDecks.solve(deck)
    for (node, place) in strip.nodes.enumerated() {
      #expect(length(result.displacement[node] - move(place)) < 1e-7)
    }
    // Rounding of displacements of size 0.03 against an edge of 1.
    #expect(result.largestStress < 1e-6 * StructureDecks.young * 0.03)
  }

  @Test("forces and moments pass through the corner of a frame", arguments: ["B32R", "B32"])
  func frameCorner(_ type: String) throws {
    // Up along x for 10, then along y for 5; the load at the tip acts along x.
    let nodes =
      (0...20).map { SIMD3<Double>(Double($0) / 2, 0, 0) }
      + (1...10).map { SIMD3<Double>(10, Double($0) / 2, 0) }
    let elements = (0..<15).map { [2 * $0 + 1, 2 * $0 + 2, 2 * $0 + 3] }
    let deck = try StructureDecks.deck(
      nodes: nodes, type: type, elements: elements,
      section: "*BEAM SECTION, ELSET=EALL, MATERIAL=EL, SECTION=RECT\n0.2, 0.2\n0., 0., -1.",
      boundary: "1, 1, 6", step: "*CLOAD\n31, 1, 1.")
    let result = try StructureDecks.solve(deck)
    #expect(length(result.force[0] - [-1, 0, 0]) < 1e-5)
    // Castigliano: the moment is F b along the first bar, F s along the second.
    let second = 0.2 * 0.008 / 12
    let expected = (25.0 * 10 + 125.0 / 3) / (StructureDecks.young * second)
    // The corner is rigid over half a thickness of each bar.
    #expect(abs(result.displacement[30].x / expected - 1) < 0.03)
  }

  @Test("a membrane carries tension and no bending")
  func membrane() throws {
    let strip = StructureDecks.strip(4, count: 2, length: 4, width: 1)
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: "M3D4", elements: strip.elements,
      section: "*MEMBRANE SECTION, ELSET=EALL, MATERIAL=EL\n0.5",
      boundary: "NALL, 3\n1, 2\n" + strip.ends.start.map { "\($0), 1" }.joined(separator: "\n"),
      step: "*CLOAD\n"
        + zip(strip.ends.end, [15, 15]).map { "\($0), 1, \($1)" }
        .joined(separator: "\n"))
    let result = try StructureDecks.solve(deck)
    let expected = 4 * 30 / (StructureDecks.young * 0.5)
    #expect(abs(result.displacement[strip.ends.end[0] - 1].x / expected - 1) < Self.printed)
  }
}
