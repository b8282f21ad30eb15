import Testing

@testable import FiniteElements

@Suite("composite shells") struct CompositeShellTests {
  /// Relative error of what is exact but for rounding.
  private static let rounding = 1e-9

  /// E1 along axis 1 of a layer, E2 across, no contraction: beams of it follow from their layers alone.
  private static let fibre = """
    *MATERIAL, NAME=FIBRE
    *ELASTIC, TYPE=ENGINEERING CONSTANTS
    100000., 5000., 5000., 0., 0., 0., 3000., 3000.,
    3000.
    *DENSITY
    2.
    *MATERIAL, NAME=CORE
    *ELASTIC
    1000., 0.
    *DENSITY
    1.
    *ORIENTATION, NAME=ALONG
    1., 0., 0., 0., 1., 0.
    *ORIENTATION, NAME=ACROSS
    0., 1., 0., -1., 0., 0.
    """

  /// A strip along x, clamped at its start, of layers that the lines describe.
  private static func strip(
    _ type: String, layers: String, length: Double = 20, cells: Int = 8, boundary: String? = nil,
    step: (_ end: [Int]) -> String
  ) throws -> (deck: Deck, start: [Int], end: [Int]) {
    let strip = StructureDecks.strip(
      type == "S6" ? 6 : 8, count: cells, length: length, width: 1)
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: fibre + "\n*SHELL SECTION, ELSET=EALL, COMPOSITE\n" + layers,
      boundary: boundary ?? strip.ends.start.map { "\($0), 1, 6" }.joined(separator: "\n"),
      step: step(strip.ends.end))
    return (deck, strip.ends.start, strip.ends.end)
  }

  /// Nodal forces of an edge of three nodes.
  private static func edge(_ nodes: [Int], _ direction: Int, _ force: Double) -> String {
    "*CLOAD\n"
      + zip(nodes, [1.0 / 6, 2.0 / 3, 1.0 / 6]).map { "\($0), \(direction), \($1 * force)" }
      .joined(separator: "\n")
  }

  @Test("the rule has two points through each layer, and its weights are those of the solid")
  func rule() {
    for kind in [ElementKind.c3d20r, .c3d15] {
      let table = ElementTable(kind, layers: [0.2, 0.5, 0.3])
      let volume = kind == .c3d15 ? 1.0 : 8
      #expect(abs(table.weights.reduce(0, +) - volume) < 1e-14)
      #expect(table.pointCount == (kind == .c3d15 ? 18 : 24))
      // A field that is linear through the thickness comes back at the nodes.
      for (node, place) in kind.reference.nodes.enumerated() {
        var value = 0.0
        for point in 0..<table.pointCount {
          var height = 0.0
          for other in 0..<table.nodeCount {
            height +=
              table.basis[table.nodeCount * point + other] * kind.reference.nodes[other].z
          }
          value += table.extrapolation[table.pointCount * node + point] * height
        }
        #expect(abs(value - place.z) < 1e-12, "\(kind.name), node \(node)")
      }
    }
    let plain = ElementTable(.c3d20r)
    let single = ElementTable(.c3d20r, layers: [1])
    for (one, other) in zip(
      plain.weights + plain.basis + plain.extrapolation,
      single.weights + single.basis + single.extrapolation)
    { #expect(abs(one - other) < 1e-13) }
  }

  @Test(
    "a strip of layers takes the force (sum of E A) / L times its stretch",
    arguments: Laminate.types)
  func tension(_ type: String) throws {
    let (deck, start, end) = try Self.strip(
      type, layers: "0.1, , FIBRE, ALONG\n0.3, , CORE, ALONG\n0.1, , FIBRE, ALONG"
    ) { end in "*BOUNDARY\n" + end.map { "\($0), 1, 1, 0.01" }.joined(separator: "\n") }
    let result = try StructureDecks.solve(deck)
    let expected = (0.2 * 100_000 + 0.3 * 1000) * 0.01 / 20
    for (nodes, sign) in [(start, -1.0), (end, 1)] {
      let force = nodes.reduce(0) { $0 + result.force[$1 - 1].x }
      #expect(abs(sign * force / expected - 1) < StructureTests.printed)
    }
  }

  @Test("a sandwich bends by its layers' second moments", arguments: Laminate.types)
  func bending(_ type: String) throws {
    let (deck, _, end) = try Self.strip(
      type, layers: "0.1, , FIBRE, ALONG\n0.3, , FIBRE, ACROSS\n0.1, , FIBRE, ALONG"
    ) { Self.edge($0, 3, 0.1) }
    let tip = try StructureDecks.solve(deck).displacement[end[1] - 1]
    // Classical lamination theory: D = sum of E (top³ - bottom³) / 3.
    let core = 2 * 0.15 * 0.15 * 0.15 / 3
    let whole = 2 * 0.25 * 0.25 * 0.25 / 3
    let stiffness = 5000 * core + 100_000 * (whole - core)
    // Shear adds under 1 % at a length of forty thicknesses.
    #expect(abs(tip.z / (0.1 * 8000 / (3 * stiffness)) - 1) < 0.015)
  }

  @Test("layers that are not symmetric bend under tension", arguments: Laminate.types)
  func coupling(_ type: String) throws {
    let (deck, _, end) = try Self.strip(type, layers: "0.25, , FIBRE, ALONG\n0.25, , FIBRE, ACROSS")
    {
      Self.edge($0, 1, 10)
    }
    let tip = try StructureDecks.solve(deck).displacement[end[1] - 1]
    // Classical lamination theory [Jones, Mechanics of Composite Materials, section 4.2], width 1:
    // N = A ε + B κ, 0 = B ε + D κ.
    let a = 0.25 * 105_000
    let b = -0.25 * 0.25 / 2 * 95_000
    let d = 0.25 * 0.25 * 0.25 / 3 * 105_000
    let strain = 10 * d / (a * d - b * b)
    let curvature = -strain * b / d
    // The force acts on the middle of the end, from where it has to spread over the layers.
    #expect(abs(tip.x / (20 * strain) - 1) < 0.01)
    // κ = -w''; a clamped edge keeps its thickness.
    #expect(abs(tip.z / (-200 * curvature) - 1) < 5e-3)
  }

  @Test("the mass is that of the layers, and weight pulls with it", arguments: Laminate.types)
  func mass(_ type: String) throws {
    let (deck, start, _) = try Self.strip(type, layers: "0.1, , FIBRE\n0.4, , CORE") { _ in
      "*DLOAD\nEALL, GRAV, 3., 1., 0., 0."
    }
    let mass = try Decks.solve(deck).3.mass ?? 0
    #expect(abs(mass / (20 * (0.1 * 2 + 0.4)) - 1) < Self.rounding)
    let result = try StructureDecks.solve(deck)
    let force = start.reduce(0) { $0 + result.force[$1 - 1].x }
    // A sixth of what the first of eight elements weighs acts on the support itself.
    #expect(abs(force / (-3 * mass * 47 / 48) - 1) < StructureTests.printed)
  }

  @Test("a free plate of layers has six motions without strain", arguments: Laminate.types)
  func rigid(_ type: String) throws {
    let (deck, _, _) = try Self.strip(
      type, layers: "0.1, , FIBRE, ALONG\n0.4, , CORE", cells: 2, boundary: "1, 1, 1, 0."
    ) { _ in "" }
    let mesh = deck.mesh
    let element = StiffnessOperator(deck)
    let workspace = element.makeWorkspace()
    let count = 3 * mesh.table(of: 0).nodeCount
    var matrix = [Double](repeating: 0, count: count * count)
    let isValid = matrix.withMutableView { element.fill(0, workspace, into: $0) }
    #expect(isValid)
    let scale = (0..<count).map { matrix[(count + 1) * $0] }.max() ?? 0
    let nodes = Array(mesh.nodes(of: 0))
    for motion in 0..<6 {
      var axis = SIMD3<Double>()
      axis[motion % 3] = 1
      let moves = nodes.flatMap { node -> [Double] in
        let move = motion < 3 ? axis : cross(axis, mesh.position(of: node))
        return [move.x, move.y, move.z]
      }
      for row in 0..<count {
        let force = (0..<count).reduce(0) { $0 + matrix[count * row + $1] * moves[$1] }
        #expect(abs(force) < Self.rounding * scale)
      }
    }
  }

  @Test("layers that expand alike stay without stress", arguments: Laminate.types)
  func heated(_ type: String) throws {
    let layers = "0.1, , WARM, ALONG\n0.4, , WARMER, ALONG"
    let warm = """
      *MATERIAL, NAME=WARM
      *ELASTIC
      5000., .3
      *EXPANSION
      1E-5
      *MATERIAL, NAME=WARMER
      *ELASTIC
      90000., .2
      *EXPANSION
      1E-5

      """
    let strip = StructureDecks.strip(type == "S6" ? 6 : 8, count: 4, length: 8, width: 1)
    let deck = try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: warm + Self.fibre + "\n*SHELL SECTION, ELSET=EALL, COMPOSITE\n" + layers,
      boundary: "\(strip.ends.start[0]), 1, 3\n\(strip.ends.start[2]), 1, 1\n"
        + "\(strip.ends.start[2]), 3, 3\n\(strip.ends.end[0]), 3, 3",
      step: "*TEMPERATURE\nNALL, 100.")
    let result = try StructureDecks.solve(deck)
    #expect(
      abs(result.displacement[strip.ends.end[0] - 1].x / (8 * 1e-3) - 1) < StructureTests.printed)
    #expect(result.largestStress < 1e-6 * 90_000 * 1e-3)
  }
}

// MARK: - Result files

extension CompositeShellTests {
  @Test(
    "result files show a solid for each layer, with the stress of the layer",
    arguments: Laminate.types)
  func layering(_ type: String) throws {
    let (deck, _, end) = try Self.strip(
      type, layers: "0.1, , FIBRE, ALONG\n0.3, , CORE, ALONG\n0.1, , FIBRE, ALONG", cells: 2
    ) { end in "*BOUNDARY\n" + end.map { "\($0), 1, 1, 0.01" }.joined(separator: "\n") }
    let elements = type == "S6" ? 4 : 2
    let layering = try #require(deck.layering)
    #expect(layering.mesh.elementCount == 3 * elements)
    // CalculiX numbers them behind the elements of the deck.
    #expect(layering.mesh.elementLabels == Array((elements + 1)...(4 * elements)))
    let structures = try #require(deck.structures)
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let frame = structures.completed(try solver.solve(deck.steps[0]))
    let nodal = NodalFields(deck, frame)
    let moved = layering.extended(frame.displacements, components: 3)
    let strain = 0.01 / 20
    for element in 0..<layering.mesh.elementCount {
      let isCore = element % 3 == 1
      let young = isCore ? 1000.0 : 100_000
      for node in layering.mesh.nodes(of: element) {
        let place = layering.mesh.position(of: node)
        #expect(abs(place.z) < (isCore ? 0.15 : 0.25) + 1e-12)
        #expect(isCore || abs(place.z) > 0.15 - 1e-12)
        #expect(abs(moved[3 * node] - strain * place.x) < 1e-9 * 0.01)
        #expect(abs(nodal.stress[6 * node] / (young * strain) - 1) < 1e-6)
      }
    }
    let files = try Decks.solve(deck)
    #expect(files.3.vonMises.map { abs($0.value / 50 - 1) < 1e-6 } ?? false)
    #expect(
      String(decoding: files.vtu.prefix(300), as: UTF8.self).contains(
        "NumberOfCells=\"\(3 * elements)\""))
    #expect(files.vtu.count > 8 * 7 * layering.mesh.nodeCount && !end.isEmpty)
  }

  @Test(
    "fields of the .frd file reach all nodes of layers, and OUTPUT=2D shows the shells themselves")
  func frd() throws {
    let output = "*NODE FILE\nU, RF\n*EL FILE\nS\n"
    for (card, nodes, elements) in [("*NODE FILE", 40, 2), ("*NODE FILE, OUTPUT=2D", 8, 1)] {
      let text = Self.curved("S8R").replacing("9, 5., 2., .5\n", with: "")
        .replacing(".2, , B\n", with: "")
        .replacing("*END STEP", with: output.replacing("*NODE FILE", with: card) + "*END STEP")
      let lines = try Decks.solve(Decks.parse(text)).frd.split(separator: "\n")
      // The nodes, and four fields at them: DISP, STRESS, FORC, ERROR.
      #expect(lines.count { $0.hasPrefix(" -1") } == 5 * nodes + elements, "\(card)")
      let count = try #require(lines.first { $0.hasPrefix("    2C") }).split(separator: " ")[1]
      #expect(count == "\(nodes)")
    }
  }
}

// MARK: - NAFEMS

extension CompositeShellTests {
  /// NAFEMS, Composites Benchmarks, R0031 (2001), case 1: three-point bending, half of a strip with a span of
  /// 30 mm and overhangs of 10 mm. Targets: the deflection under the load, -1.06 mm, and the stress along the
  /// fibres of the bottom layer there, 684 MPa.
  @Test("R0031/1: the laminated strip sinks by 1.06 mm and has 684 MPa below the load")
  func laminatedStrip() throws {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [25, 8, 1]) { place in
      [25 * place.x, 10 * place.y - 5, 0]
    }
    let load = mesh.nodes { $0.x < 1e-9 }.map { node -> (node: Int, weight: Double) in
      let place = Int(((mesh.nodes[node - 1].y + 5) / 10 * 16).rounded())
      return (node, place == 0 || place == 16 ? 1 : place % 2 == 0 ? 2 : 4)
    }
    let deck = try Decks.parse(
      mesh.text + """
        *MATERIAL, NAME=M
        *ELASTIC, TYPE=ENGINEERING CONSTANTS
        100000., 5000., 5000., .4, .3, .3, 3000., 2000.,
        2000.
        *ORIENTATION, NAME=LONG
        1., 0., 0., 0., 1., 0.
        *ORIENTATION, NAME=WIDE
        0., 1., 0., -1., 0., 0.
        *SHELL SECTION, ELSET=EALL, COMPOSITE
        .1, , M, LONG
        .1, , M, WIDE
        .1, , M, LONG
        .4, , M, WIDE
        .1, , M, LONG
        .1, , M, WIDE
        .1, , M, LONG
        *BOUNDARY
        \(BenchmarkMesh.fixed(mesh.nodes { $0.x < 1e-9 }, 1...1))\
        \(BenchmarkMesh.fixed(mesh.nodes { $0.x < 1e-9 }, 5...5))\
        \(BenchmarkMesh.fixed(mesh.nodes { abs($0.x - 15) < 1e-9 }, 3...3))\
        \(mesh.node(at: [0, 0, 0])), 2, 2
        *STEP
        *STATIC
        *CLOAD
        \(BenchmarkMesh.forces(load, 3, total: -50))*END STEP

        """)
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let structures = try #require(deck.structures)
    let frame = structures.completed(try solver.solve(deck.steps[0]))
    let middle = mesh.node(at: [0, 0, 0]) - 1
    #expect(abs(frame.displacements[3 * middle + 2] / -1.06 - 1) < 0.02)
    let below = try #require(structures.expansionsOf[middle]?.first)
    let stress = NodalFields(deck, frame).stress[6 * structures.expansions[below].bottom]
    #expect(abs(stress / 684 - 1) < 0.02, "\(stress)")
  }
}

// MARK: - Beside CalculiX

extension CompositeShellTests {
  /// One curved element of three layers; what ``printed`` shows is of CalculiX 2.20.
  private static func curved(_ type: String) -> String {
    let elements =
      type == "S6"
      ? "1, 1, 2, 3, 5, 6, 9\n2, 1, 3, 4, 9, 7, 8" : "1, 1, 2, 3, 4, 5, 6, 7, 8"
    return """
      *NODE, NSET=NALL
      1, 0., 0., 0.
      2, 10., 0., 2.
      3, 10., 4., 2.
      4, 0., 4., 0.
      5, 5., 0., .5
      6, 10., 2., 2.
      7, 5., 4., .5
      8, 0., 2., 0.
      9, 5., 2., .5
      *ELEMENT, TYPE=\(type), ELSET=EALL
      \(elements)
      *MATERIAL, NAME=A
      *ELASTIC
      200000., .3
      *MATERIAL, NAME=B
      *ELASTIC, TYPE=ENGINEERING CONSTANTS
      150000., 10000., 10000., .25, .25, .4, 5000., 5000.,
      3500.
      *ORIENTATION, NAME=OR, SYSTEM=RECTANGULAR
      1., 1., 0., -1., 1., 0.
      *SHELL SECTION, ELSET=EALL, COMPOSITE, OFFSET=.25
      .3, , A
      .5, , B, OR
      .2, , B
      *BOUNDARY
      1, 1, 6
      4, 1, 6
      8, 1, 6
      *STEP
      *STATIC
      *CLOAD
      2, 3, 10.
      3, 1, 100.
      *NODE PRINT, NSET=NALL
      U, RF
      *EL PRINT, ELSET=EALL
      S
      *END STEP

      """
  }

  /// Lines of the `.dat` file of CalculiX 2.20: displacements, reactions, stresses at the ends of each layer.
  static let printed: [(type: String, lines: [String])] = [
    (
      "S8R",
      [
        "         2  1.135131E-01 -4.875409E-02 -4.193557E-01",
        "         3  1.455572E-01 -5.628463E-02 -4.021616E-01",
        "         5  2.354403E-02 -1.329327E-02 -1.326279E-01",
        "         1 -2.806796E+01 -6.275220E+01 -4.658326E+01",
        "         4 -1.280680E+02  5.178132E+01 -2.274818E+01",
        "         8  5.613591E+01  1.097088E+01  5.933144E+01",
        "         1   1 -4.571984E+02 -1.250464E+02 -1.140662E+02 -2.977676E+00  4.037475E+01  1.873699E+01 _shell_0000000001   ",
        "         1   8  1.610930E+02 -7.654620E+01 -3.970313E-01 -3.425161E+01 -2.344607E+01 -4.035426E+00 _shell_0000000001   ",
        "         1   9  6.594533E+00  1.401871E+01  8.302319E+00 -6.740917E+00  7.357768E-01  2.344182E+00 OR_shell_0000000001 ",
        "         1  16  9.440439E+01  5.855624E+00 -3.496800E+00 -3.741059E+01 -4.872138E+00  5.155784E+00 OR_shell_0000000001 ",
        "         1  17  1.797021E+02  4.795529E+01  2.424783E+01 -3.035095E+01 -2.034451E+00  6.379211E+00 OR_shell_0000000001 ",
        "         1  24  1.194669E+02  6.006033E+00 -6.557006E+00 -5.568155E+01 -7.040533E+00  7.765180E+00 OR_shell_0000000001 ",
      ]
    ),
    (
      "S6",
      [
        "         2  7.485544E-02 -3.834590E-02 -2.653040E-01",
        "         3  1.050055E-01 -4.197419E-02 -2.769987E-01",
        "         5  1.153604E-02 -1.134118E-02 -6.926910E-02",
        "         1  1.603764E+01  2.845623E+01 -9.995081E+00",
        "         4 -8.396236E+01  4.406981E+01 -3.770980E+01",
        "         8 -3.207528E+01 -7.252604E+01  3.770488E+01",
        "         1   1 -1.119086E+02  2.547428E+01 -1.493075E+01  3.274325E+01  3.648673E+01  3.431556E+01 _shell_0000000001   ",
        "         1   6 -1.059348E+01 -1.099493E+02 -1.426502E+01 -5.475813E+01  2.191285E+01 -2.173435E+01 _shell_0000000001   ",
        "         1   7  5.271733E+01  3.650044E+00  2.879724E+00 -1.044240E+01  8.207184E+00 -1.042893E+00 OR_shell_0000000001 ",
        "         1  12  2.709579E+01 -1.094888E+01 -4.985837E+00 -1.975838E+01  5.718428E+00 -2.383051E+00 OR_shell_0000000001 ",
        "         1  13  1.427547E+02  1.918847E+01  1.060999E+01 -2.709983E+01  1.443293E+01 -2.514517E+00 OR_shell_0000000001 ",
        "         1  18  1.093049E+02 -1.396460E+01 -6.044106E+00 -2.784824E+01  8.912965E+00 -3.099233E+00 OR_shell_0000000001 ",
      ]
    ),
  ]

  @Test("displacements, reactions and stresses of layers are those of CalculiX", arguments: printed)
  func besideCalculiX(_ type: String, _ lines: [String]) throws {
    let deck = try Decks.parse(Self.curved(type))
    let own = try Decks.solve(deck).dat.split(separator: "\n").map(String.init)
    for line in lines {
      let wanted = Self.numbers(line)
      let place = line.split(separator: " ").prefix(wanted.count > 4 ? 2 : 1)
      let found = own.filter { Self.numbers($0).count == wanted.count }
        .filter { $0.split(separator: " ").prefix(place.count) == place }
      // One unit of the seventh digit of the largest number of the line.
      let unit = 2e-6 * (wanted.map(abs).max() ?? 0)
      #expect(
        found.contains { zip(Self.numbers($0), wanted).allSatisfy { abs($0 - $1) <= unit } },
        "\(line) is not among \(found)")
      guard let name = line.split(separator: " ").last, name.contains("shell") else { continue }
      #expect(found.contains { $0.contains(" \(name) ") })
    }
  }

  /// The numbers of a line behind its labels.
  private static func numbers(_ line: String) -> [Double] {
    line.split(separator: " ").filter { $0.contains("E") && $0.contains(".") }
      .compactMap { Double($0) }
  }

  static let mistakes: [(section: String, type: String, problem: String)] = [
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, , FIBRE", "S8",
      """
      *SHELL SECTION, COMPOSITE is for S6 and S8R, and element 1 is S8
        fix: make the elements S6 or S8R
      """
    ),
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, , FIBRES", "S8R",
      """
      material FIBRES is not defined
        fix: did you mean FIBRE?
      """
    ),
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, , FIBRE, UP", "S8R",
      "orientation UP is not defined"
    ),
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, FIBRE", "S8R",
      """
      a layer needs a positive thickness and a material
        fix: write for example 0.5, , CARBON, ALONG
      """
    ),
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE, MATERIAL=FIBRE\n0.1, , FIBRE", "S8R",
      """
      *SHELL SECTION: MATERIAL does not go with COMPOSITE
        fix: name it on the line of each layer
      """
    ),
    (
      "*MATERIAL, NAME=HOT\n*ELASTIC\n1., 0., 0.\n2., 0., 100.\n"
        + "*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, , HOT", "S8R",
      """
      material HOT of a layer depends on temperature
        fix: give constants for one temperature; expansion may depend on it
      """
    ),
    (
      "*SHELL SECTION, ELSET=EALL, COMPOSITE\n"
        + (0...64).map { _ in "0.1, , FIBRE" }.joined(separator: "\n"), "S8R",
      """
      65 layers are more than 64
        fix: join neighbours of one material and direction
      """
    ),
  ]

  @Test("what is wrong with layers is said with its line and what to do", arguments: mistakes)
  func mistake(_ section: String, _ type: String, _ problem: String) {
    let strip = StructureDecks.strip(8, count: 1, length: 1, width: 1)
    do {
      _ = try StructureDecks.deck(
        nodes: strip.nodes, type: type, elements: strip.elements,
        section: Self.fibre + "\n" + section, boundary: "1, 1, 6", step: "")
      Issue.record("the deck was read")
    } catch {
      #expect("\(error)".contains(problem), "in: \(error)")
    }
  }

  @Test("heat through layers is refused")
  func heat() {
    let strip = StructureDecks.strip(8, count: 1, length: 1, width: 1)
    do {
      _ = try StructureDecks.deck(
        nodes: strip.nodes, type: "S8R", elements: strip.elements,
        section: Self.fibre + "\n*SHELL SECTION, ELSET=EALL, COMPOSITE\n0.1, , FIBRE",
        boundary: "1, 1, 6", step: "*END STEP\n*STEP\n*HEAT TRANSFER, STEADY STATE")
      Issue.record("the deck was read")
    } catch {
      #expect(
        "\(error)".contains("heat does not flow through composite shells, and element 1 is one"))
    }
  }
}
