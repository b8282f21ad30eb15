import Glibc
import Testing

@testable import FiniteElements

/// What acts on nodes of shells, beams and axisymmetric elements.
@Suite("loads on structural elements") struct StructureLoadTests {
  private static let young = 200_000.0
  private static let expansion = 1e-5
  private static let conductivity = 40.0

  private typealias Strip = (
    nodes: [SIMD3<Double>], elements: [[Int]], ends: (start: [Int], end: [Int])
  )

  private static func deck(
    _ strip: Strip, _ type: String, section: String, model: String, steps: String
  ) throws -> Deck {
    let nodes = strip.nodes.enumerated().map { "\($0 + 1), \($1.x), \($1.y), \($1.z)" }
    let elements = strip.elements.enumerated().map { number, nodes in
      "\(number + 1), " + nodes.map(String.init).joined(separator: ", ")
    }
    return try Decks.parse(
      """
      *NODE, NSET=NALL
      \(nodes.joined(separator: "\n"))
      *ELEMENT, TYPE=\(type), ELSET=EALL
      \(elements.joined(separator: "\n"))
      *NSET, NSET=START
      \(strip.ends.start.map(String.init).joined(separator: ", "))
      *NSET, NSET=TIP
      \(strip.ends.end.map(String.init).joined(separator: ", "))
      *MATERIAL, NAME=EL
      *ELASTIC
      \(young), 0.
      *DENSITY
      1e-6
      *EXPANSION
      \(expansion)
      *CONDUCTIVITY
      \(conductivity)
      \(section)
      \(model)
      \(steps)
      *NODE PRINT, NSET=NALL
      U
      *END STEP

      """)
  }

  private static let plate = StructureDecks.strip(8, count: 8, length: 8, width: 1)
  private static let shell = "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n0.2"
  private static let line: Strip = (
    (0...16).map { [Double($0) / 2, 0, 0] }, (0..<8).map { [2 * $0 + 1, 2 * $0 + 2, 2 * $0 + 3] },
    ([1], [17])
  )
  private static let beam =
    "*BEAM SECTION, ELSET=EALL, MATERIAL=EL, SECTION=RECT\n0.3, 0.2\n0., 1., 0."
  private static let clamp = "*BOUNDARY\nSTART, 1, 6"

  /// Displacements at the first tip node.
  private static func tip(_ deck: Deck, _ strip: Strip) throws -> SIMD3<Double> {
    try StructureDecks.solve(deck).displacement[strip.ends.end[0] - 1]
  }

  @Test("a temperature that rises through a plate by g for each length bends it by 1/R = alpha g")
  func plateGradient() throws {
    let deck = try Self.deck(
      Self.plate, "S8", section: Self.shell, model: Self.clamp,
      steps: "*STEP\n*STATIC\n*TEMPERATURE\nNALL, 30., 50.")
    let tip = try Self.tip(deck, Self.plate)
    // The warm side is convex: w = - alpha g L^2 / 2; all of it grows by alpha T L.
    // The clamp, which keeps the thickness as it is, shifts that by a quarter of a per cent.
    #expect(abs(tip.z / (-Self.expansion * 50 * 32) - 1) < 5e-3)
    #expect(abs(tip.x / (Self.expansion * 30 * 8) - 1) < 1e-5)
  }

  @Test("gradients bend a beam along its directions 2 and 1, from the initial ones on")
  func beamGradient() throws {
    let deck = try Self.deck(
      Self.line, "B32R", section: Self.beam,
      model: Self.clamp + "\n*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 0., 10., 5.",
      steps: "*STEP\n*STATIC\n*TEMPERATURE\nNALL, 0., 60., 25.")
    let tip = try Self.tip(deck, Self.line)
    // Direction 1 is y, direction 2 = x cross y is z.
    // The clamp keeps its section as it is.
    #expect(abs(abs(tip.z) / (Self.expansion * 50 * 32) - 1) < 1e-3)
    #expect(abs(abs(tip.y) / (Self.expansion * 20 * 32) - 1) < 1e-3)
  }

  @Test("moments and rotations follow a node's own axes", arguments: ["CLOAD", "BOUNDARY"])
  func localTurn(_ card: String) throws {
    let value = card == "CLOAD" ? "2." : "0.01"
    let load = { (axis: Int) in
      card == "CLOAD"
        ? "*CLOAD\nTIP, \(axis), \(value)" : "*BOUNDARY\nTIP, \(axis), \(axis), \(value)"
    }
    // The first local axis is y.
    let axes = Self.clamp + "\n*TRANSFORM, NSET=TIP\n0., 1., 0., -1., 0., 0."
    let turned = try Self.deck(
      Self.plate, "S8", section: Self.shell, model: axes, steps: "*STEP\n*STATIC\n" + load(4))
    let plain = try Self.deck(
      Self.plate, "S8", section: Self.shell, model: Self.clamp,
      steps: "*STEP\n*STATIC\n" + load(5))
    let (local, global) = try (Self.tip(turned, Self.plate), Self.tip(plain, Self.plate))
    #expect(abs(global.z) > 1e-3)
    #expect(abs(local.z / global.z - 1) < 1e-5)
  }

  @Test("a harmonic force on a shell that first comes in the harmonic step moves it")
  func lateForce() throws {
    let deck = try Self.deck(
      Self.plate, "S8", section: Self.shell, model: Self.clamp,
      steps: """
        *STEP
        *FREQUENCY, STORAGE=YES
        8
        *END STEP
        *STEP
        *STEADY STATE DYNAMICS
        1e-3, 2e-3, 2
        *MODAL DAMPING
        1, 8, .01
        *CLOAD
        TIP, 3, .1
        """)
    let tip = try Self.tip(deck, Self.plate)
    // Far below the first mode it bends as at rest, F L^3 / (3 E I); eight modes miss 1 %.
    let still = 0.3 * 512 / (3 * Self.young * 0.008 / 12)
    #expect(abs(tip.z / still - 1) < 0.02)
  }

  @Test("a heat flow into a node of an axisymmetric model is that of the whole ring")
  func ring() throws {
    let (inner, outer, height, flow) = (1.0, 2.0, 0.25, 90.0)
    let strip = StructureDecks.strip(8, count: 8, length: 1, width: height) { [$0 + inner, $1, 0] }
    let shares = zip(strip.ends.end, [1.0 / 6, 2.0 / 3, 1.0 / 6])
    let deck = try Self.deck(
      strip, "CAX8", section: "*SOLID SECTION, ELSET=EALL, MATERIAL=EL",
      model: "*BOUNDARY\nSTART, 11, 11, 0.",
      steps: "*STEP\n*HEAT TRANSFER, STEADY STATE\n*CFLUX\n"
        + shares.map { "\($0), 11, \(flow * $1)" }.joined(separator: "\n")
        + "\n*NODE PRINT, NSET=TIP\nNT")
    let lines = try Decks.solve(deck).dat.split(separator: "\n")
    let title = try #require(lines.firstIndex { $0.contains("temperatures") })
    let printed = lines[title + 1].split(separator: " ").compactMap { Double($0) }
    // T = Q ln(b / a) / (2 pi k h), for a wedge of two degrees with flat sides.
    let exact = flow * log(outer / inner) / (2 * .pi * Self.conductivity * height)
    #expect(abs(printed[1] / exact - 1) < 1e-3)
  }

  @Test("expanded nodes are numbered behind those that CalculiX makes for other cards")
  func labels() throws {
    let body = """
      *NODE
      900, 8., .5, 0.
      901, 8., .5, 0.
      *RIGID BODY, NSET=TIP, REF NODE=900, ROT NODE=901
      """
    let steps = "*STEP\n*STATIC\n*NODE FILE\nU\n*CLOAD\n900, 3, 1."
    let deck = try Self.deck(
      Self.plate, "S8", section: Self.shell, model: Self.clamp + "\n" + body, steps: steps)
    // One number for each of the three nodes of the body.
    #expect(deck.mesh.nodeLabels.filter { $0 > 901 }.min() == 905)
  }

  @Test("a held node with axes of its own takes one number, in however many directions it is held")
  func heldLabels() throws {
    let deck = try Self.deck(
      Self.plate, "S8", section: Self.shell,
      model: "*TRANSFORM, NSET=START\n1, 1, 0, -1, 1, 0\n*BOUNDARY\nSTART, 1, 1\nSTART, 2, 6",
      steps: "*STEP\n*STATIC\n*NODE FILE\nU\n*CLOAD\nTIP, 3, 1.")
    let (own, held) = (Self.plate.nodes.count, Self.plate.ends.start.count)
    #expect(deck.mesh.nodeLabels[own] == own + held + 1)
  }

  /// Free bodies of a unit square or a unit length, all of whose nodes start with one velocity.
  @Test(
    "structural elements start with the velocities of their nodes and keep them",
    arguments: ["CPS4", "CPE8R", "S4", "S8R", "M3D4", "B31", "B32R"])
  func initialVelocities(_ type: String) throws {
    let isLine = type.hasPrefix("B")
    let corners = isLine ? [[0.0, 0], [1, 0]] : [[0, 0], [1, 0], [1, 1], [0, 1]]
    let ends = isLine ? [(0, 1)] : [(0, 1), (1, 2), (2, 3), (3, 0)]
    let middles = ends.map { zip(corners[$0.0], corners[$0.1]).map { ($0 + $1) / 2 } }
    let isQuadratic = type.contains("8") || type == "B32R"
    let nodes = corners + (isQuadratic ? middles : [])
    let order = type == "B32R" ? [1, 3, 2] : Array(1...nodes.count)
    let section =
      isLine
      ? "*BEAM SECTION, SECTION=RECT"
      : type.hasPrefix("S")
        ? "*SHELL SECTION"
        : type.hasPrefix("M") ? "*MEMBRANE SECTION" : "*SOLID SECTION"
    let text = """
      *NODE, NSET=NALL
      \(nodes.enumerated().map { "\($0 + 1), \($1[0]), \($1[1]), 0" }.joined(separator: "\n"))
      *ELEMENT, TYPE=\(type), ELSET=EALL
      1, \(order.map(String.init).joined(separator: ", "))
      *MATERIAL, NAME=EL
      *ELASTIC
      200000., 0.
      *DENSITY
      7.8E-9
      \(section), ELSET=EALL, MATERIAL=EL
      \(isLine ? "0.1, 0.1\n0., 0., 1." : "0.1")
      *INITIAL CONDITIONS, TYPE=VELOCITY
      NALL, 1, 3.
      NALL, 2, 4.
      *STEP
      *DYNAMIC, DIRECT
      1E-3, 5E-3
      *NODE PRINT, NSET=NALL
      U
      *END STEP

      """
    let rows = try Decks.solve(Decks.parse(text)).dat.split(separator: "\n").suffix(nodes.count)
    for row in rows {
      let values = row.split(separator: " ").compactMap { Double($0) }
      #expect(abs(values[1] - 0.015) < 1e-6 && abs(values[2] - 0.02) < 1e-6)
    }
  }
}
