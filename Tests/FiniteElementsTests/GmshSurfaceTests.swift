import TestSupport
import Testing

@testable import FiniteElements

@Suite("surface meshes of Gmsh") struct GmshSurfaceTests {
  /// A quadrilateral and a triangle beside it, of first order, with the curves about them.
  private static let sheet = GmshText(
    nodes: [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [2, 0, 0]],
    blocks: [
      .init(0, 1, type: 15, [[1]]), .init(1, 1, type: 1, [[4, 1]]), .init(1, 2, type: 1, [[3, 2]]),
      .init(2, 1, type: 3, [[1, 2, 3, 4]]), .init(2, 2, type: 2, [[5, 3, 2]]),
    ],
    groups: [
      .init(0, 1, "Corner"), .init(1, 1, "left"), .init(1, 2, "between"), .init(2, 1, "one"),
      .init(2, 2, "other"), .init(2, -1, "below"),
    ])

  @Test("surfaces become elements of the family of TYPE, curves surfaces of their edges")
  func surfaces() throws {
    let part = try GmshPart(
      try GmshFile(Self.sheet.bytes), types: [try #require(ElementType(name: "S8R"))])
    #expect(part.structuralKinds.map(\.name) == ["S4", "S3"])
    #expect(part.elementLabels == [4, 5])
    #expect(part.connectivity == [1, 2, 3, 4, 5, 3, 2])
    #expect(part.elementSets.map(\.name) == ["ONE", "OTHER", "BELOW", "EALL"])
    #expect(part.elementSets.map(\.labels) == [[4], [5], [4], [4, 5]])
    #expect(part.nodeSets.first { $0.name == "CORNER" }?.labels == [1])
    #expect(part.nodeSets.first { $0.name == "LEFT" }?.labels == [1, 4])
    // The edge from 2 to 3 belongs to both; the first element's is taken.
    let faces = part.surfaces.map { "\($0.name) \($0.faces.map { "\($0.element).\($0.face)" })" }
    #expect(
      faces == [
        "LEFT [\"4.5\"]", "BETWEEN [\"4.3\"]", "ONE [\"4.0\"]", "OTHER [\"5.0\"]",
        "BELOW [\"4.1\"]",
      ])
  }

  @Test("plane elements are turned anticlockwise, shells are left as they are")
  func orientation() throws {
    func nodes(_ type: String) throws -> [Int] {
      try GmshPart(
        try GmshFile(Self.sheet.bytes), types: [try #require(ElementType(name: type))]
      ).connectivity
    }
    #expect(try nodes("CPS3") == [1, 2, 3, 4, 5, 3, 2])
    var turned = Self.sheet
    for node in turned.nodes.indices { turned.nodes[node].x *= -1 }
    func turnedNodes(_ type: String) throws -> [Int] {
      try GmshPart(try GmshFile(turned.bytes), types: [try #require(ElementType(name: type))])
        .connectivity
    }
    #expect(try turnedNodes("CPE4") == [1, 4, 3, 2, 5, 2, 3])
    #expect(try turnedNodes("S4") == [1, 2, 3, 4, 5, 3, 2])
  }

  @Test("middle nodes stay on their edges when an element is turned", arguments: [6, 8])
  func turnedMiddles(_ count: Int) throws {
    let mesh = GmshText.strip(count, count: 1, length: 2, width: 2) { [-$0, $1, 0] }
    let part = try GmshPart(
      try GmshFile(mesh.bytes), types: [try #require(ElementType(name: "CPS6"))])
    let corners = count / 2
    for first in stride(from: 0, to: part.connectivity.count, by: count) {
      let places = part.connectivity[first..<(first + count)].map { mesh.nodes[$0 - 1] }
      for edge in 0..<corners {
        let middle = (places[edge] + places[(edge + 1) % corners]) / 2
        #expect(places[corners + edge] == middle)
      }
    }
  }

  @Test("lines become beams, with the middle node between the ends")
  func lines() throws {
    let mesh = GmshText(
      nodes: [[0, 0, 0], [1, 0, 0], [0.5, 0, 0]], blocks: [.init(1, 1, type: 8, [[1, 2, 3]])],
      groups: [.init(1, 1, "axis")])
    let part = try GmshPart(
      try GmshFile(mesh.bytes), types: [try #require(ElementType(name: "B31"))])
    #expect(part.structuralKinds.map(\.name) == ["B32R"])
    #expect(part.connectivity == [1, 3, 2])
    #expect(part.elementSets.map(\.name) == ["AXIS", "EALL"])
  }

  @Test("names are made capital as decks are, and numbers are no names")
  func names() throws {
    var mesh = Self.sheet
    mesh.groups = [.init(1, 1, "maßkante é"), .init(1, 2, "17")]
    let part = try GmshPart(
      try GmshFile(mesh.bytes), types: [try #require(ElementType(name: "S4"))])
    #expect(part.nodeSets.map(\.name) == ["MAßKANTE é", "CURVE2", "NALL"])
  }

  static let mismatches: [(card: String, nodes: Int, problem: String)] = [
    (
      "", 8,
      """
      deck.inp:1: part.msh has no volume elements, and TYPE does not say what its surfaces are
        fix: mesh the volumes (gmsh -3), and have a physical group of them if there are others; or write \
      TYPE=S6 for shells, TYPE=CPS6, CPE6 or CAX6 for plane stress, plane strain, axisymmetric models
      """
    ),
    (
      ", TYPE=C3D10", 8,
      """
      deck.inp:1: part.msh has no volume elements, and TYPE does not say what its surfaces are
        fix: mesh the volumes (gmsh -3), and have a physical group of them if there are others; or write \
      TYPE=S6 for shells, TYPE=CPS6, CPE6 or CAX6 for plane stress, plane strain, axisymmetric models
      """
    ),
    (
      ", TYPE=S6, TYPE=B32R", 8,
      """
      deck.inp:1: part.msh has surface elements, which cannot become B32R
        fix: write a type of surface elements, or mesh what should become solids (gmsh -3)
      """
    ),
    (
      ", TYPE=S6, TYPE=CPS6", 8,
      """
      deck.inp:1: part.msh cannot become elements of several families
        fix: name one family, for example TYPE=S6; what has other numbers of nodes follows
      """
    ),
    (
      ", TYPE=CPS8", 9,
      """
      deck.inp:1: part.msh has elements of 9 nodes, which TYPE does not offer
        fix: set Mesh.SecondOrderIncomplete=1, so that Gmsh leaves out the nodes inside
      """
    ),
  ]

  @Test("a TYPE that does not fit is told with its fix", arguments: mismatches)
  func mismatch(_ card: String, _ nodes: Int, _ problem: String) {
    var mesh = GmshText.strip(8, count: 1, length: 2, width: 2)
    if nodes == 9 {
      mesh.nodes.append([1, 1, 0])
      mesh.blocks[2] = .init(2, 1, type: 10, mesh.blocks[2].elements.map { $0 + [9] })
    }
    let bytes = mesh.bytes
    do {
      _ = try Deck.parse(
        name: "deck.inp",
        text: Array("*INCLUDE, INPUT=part.msh\(card)\n*SOLID SECTION, ELSET=SHEET, MATERIAL=M".utf8)
      ) {
        _ in bytes
      }
      Issue.record("the deck was read")
    } catch {
      #expect(error.description == problem)
    }
  }

  @Test("entities that a partition has cut keep their groups, its borders have none")
  func partition() throws {
    let text = Self.sheet.text.replacing(
      "$EndEntities\n",
      with: """
        $EndEntities
        $PartitionedEntities
        2
        1
        9 1
        1 2 1 0
        1 0 1 1 1 0 0 0 1 1
        1 1 1 1 1 0 0 0 1 1 1 1 2 0
        2 2 1 2 1 2 0 0 0 1 1 1 2 4 5 0
        1 2 1 1 1 0 0 0 1 1 1 2 4 -6 0
        $EndPartitionedEntities

        """)
    let part = try GmshPart(
      try GmshFile(Array(text.utf8)), types: [try #require(ElementType(name: "S4"))])
    #expect(part.surfaces.map(\.name) == ["LEFT", "ONE", "OTHER", "BELOW"])
    #expect(part.nodeSets.map(\.name) == ["CORNER", "LEFT", "ONE", "OTHER", "BELOW", "NALL"])
  }
}

// MARK: - Closed forms

extension GmshSurfaceTests {
  /// The displacements of a mesh with E = 200 000; loads stand in the step.
  private static func solve(
    _ mesh: [UInt8], type: String, section: String, supports: String, loads: String,
    poisson: Double
  ) throws -> [Double] {
    let deck = try Deck.parse(
      name: "deck.inp",
      text: Array(
        """
        *INCLUDE, INPUT=part.msh, TYPE=\(type)
        *MATERIAL, NAME=EL
        *ELASTIC
        200000., \(poisson)
        *DENSITY
        1.
        \(section)
        *BOUNDARY
        \(supports)
        *STEP
        *STATIC
        \(loads)
        *END STEP

        """.utf8)
    ) { _ in mesh }
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let frame = try solver.solve(deck.steps[0])
    return deck.structures?.completed(frame).displacements ?? frame.displacements
  }

  private static let solid = "*SOLID SECTION, ELSET=SHEET, MATERIAL=EL"

  /// Plane strain [Timoshenko and Goodier, section 28], radii 1 and 2, pressure 10 inside, E = 200 000, ν = 0.3.
  private static func lame(_ radius: Double) -> Double {
    1.3 * 10 / (200_000 * 3) * (0.4 * radius + 4 / radius)
  }

  @Test(
    "an axisymmetric cylinder under pressure or traction widens as Lame says",
    arguments: [
      ("CAX6", 6, "P, 10."), ("CAX8R", 8, "P, 10."), ("CAX6", 6, "TRVEC, 10., 1., 0., 0."),
    ])
  func ring(_ type: String, _ count: Int, _ load: String) throws {
    let mesh = GmshText.strip(count, count: 8, length: 1, width: 0.25) { [$0 + 1, $1, 0] }
    let frame = try Self.solve(
      mesh.bytes, type: type, section: Self.solid, supports: "NALL, 2",
      loads: "*DSLOAD\nSTART, \(load)", poisson: 0.3)
    for (node, place) in mesh.nodes.enumerated() {
      // Eight elements across the wall, and a wedge of two degrees for a ring.
      #expect(abs(frame[3 * node] / Self.lame(place.x) - 1) < 1e-3)
    }
  }

  @Test(
    "a sector of a cylinder in plane strain widens as Lame says",
    arguments: [("CPE6", 6), ("CPE8R", 8)])
  func sector(_ type: String, _ count: Int) throws {
    // One row of elements across the wall; on both sides of the row the way is along the radius.
    let angle = 2.0
    let mesh = GmshText.strip(count, count: 8, length: 1, width: angle) { x, degrees in
      let (cosine, sine) = cosineAndSine(degrees: degrees - angle / 2)
      return [(1 + x) * cosine, (1 + x) * sine, 0]
    }
    let tangent = cosineAndSine(degrees: angle / 2)
    let held = mesh.nodes.indices.map { node -> String in
      let side = mesh.nodes[node].y == 0 ? 0.0 : mesh.nodes[node].y > 0 ? 1 : -1
      return
        "2\n\(node + 1), 1, \(-side * tangent.sine), \(node + 1), 2, \(tangent.cosine)"
    }
    let frame = try Self.solve(
      mesh.bytes, type: type,
      section: Self.solid + "\n*EQUATION\n" + held.joined(separator: "\n"), supports: "NALL, 3",
      loads: "*DSLOAD\nSTART, P, 10.", poisson: 0.3)
    for (node, place) in mesh.nodes.enumerated() where place.y == 0 {
      #expect(abs(frame[3 * node] / Self.lame(place.x) - 1) < 1e-3)
    }
  }

  @Test(
    "a cantilever of shells sinks under an edge load, pressure and weight", arguments: ["S6", "S8"])
  func cantilever(_ type: String) throws {
    let mesh = GmshText.strip(type == "S6" ? 6 : 8, count: 10, length: 10, width: 1)
    let tip = try #require(mesh.nodes.firstIndex { $0 == [10, 0, 0] })
    let section = "*SHELL SECTION, ELSET=SHEET, MATERIAL=EL\n0.2"
    let flexibility = 1 / (200_000 * 0.2 * 0.2 * 0.2 / 12)
    for (loads, expected) in [
      // 5 per area of the edge of 1 × 0.2: F L³ / (3 E I).
      ("*DSLOAD\nEND, TRVEC, 5., 0., 0., -1.", -1000 * flexibility / 3),
      // 0.03 per area of the sheet, along its normal: q L⁴ / (8 E I).
      ("*DSLOAD\nSHEET, P, 0.03", 0.03 * 1e4 * flexibility / 8),
      // An acceleration of 0.1 of the density 1: a load of 0.02 per length.
      ("*DLOAD\nSHEET, GRAV, 0.1, 0., 0., -1.", -0.02 * 1e4 * flexibility / 8),
    ] {
      let frame = try Self.solve(
        mesh.bytes, type: type, section: section, supports: "START, 1, 6", loads: loads, poisson: 0)
      #expect(abs(frame[3 * tip + 2] / expected - 1) < 0.01, "\(loads)")
    }
  }

  @Test("the edge of a hole in a plate meshed by Gmsh has three times the stress")
  func kirsch() throws {
    let text = try #require(textOfFile(repositoryFile("models/hole-plate/hole-plate.msh")))
    let deck = try Deck.parse(
      name: "deck.inp",
      text: Array(
        """
        *INCLUDE, INPUT=part.msh, TYPE=CPS6
        *MATERIAL, NAME=EL
        *ELASTIC
        72000., 0.33
        *SOLID SECTION, ELSET=PLATE, MATERIAL=EL
        2.
        *BOUNDARY
        LEFT, 1
        BOTTOM, 2
        *STEP
        *STATIC
        *DSLOAD
        RIGHT, TRVEC, 100., 1., 0., 0.
        *END STEP

        """.utf8)
    ) { _ in Array(text.utf8) }
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let stress = NodalFields(deck, try solver.solve(deck.steps[0])).stress
    let top = try #require(
      (0..<deck.mesh.nodeCount).first {
        length(deck.mesh.position(of: $0) - [0, 10, 0]) < 1e-6
      })
    // Heywood for the plate's width; Kirsch's 3 holds for an infinite one [Peterson, chart 4.1].
    let narrow = 1 - 0.1
    let factor = (2 + narrow * narrow * narrow) / narrow
    #expect(abs(stress[6 * top] / (100 * factor) - 1) < 0.01)
    let side = try #require(
      (0..<deck.mesh.nodeCount).first {
        length(deck.mesh.position(of: $0) - [10, 0, 0]) < 1e-6
      })
    #expect(abs(stress[6 * side + 1] / -100 - 1) < 0.06)
  }
}
