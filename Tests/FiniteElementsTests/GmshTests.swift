import Testing

@testable import FiniteElements

@Suite("meshes of Gmsh") struct GmshTests {
  @Test(
    "a mesh gives nodes, elements, sets and surfaces", arguments: [Self.text, Self.binary])
  func part(_ bytes: [UInt8]) throws {
    let deck = try Self.parse(Self.deck, mesh: bytes)
    #expect(deck.mesh.nodeLabels == [1, 2, 3, 4, 9])
    #expect(deck.mesh.coordinates == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1])
    #expect(deck.mesh.elementLabels == [7, 8])
    #expect(deck.mesh.elementKinds == [.c3d4, .c3d4])
    #expect(deck.mesh.connectivity == [0, 1, 2, 3, 1, 2, 3, 4])
    let step = try #require(deck.steps.first)
    // The face 2, 3, 4 lies between both; the first element's is taken.
    #expect(step.distributed.map(\.elements) == [[0]])
    #expect(step.distributed.map(\.kind) == [.pressure(face: 2)])
    #expect(step.prescribed.keys.sorted() == [0, 1, 2])
    #expect(step.elementPrints.map(\.elements) == [[0, 1]])
  }

  @Test(
    "further nodes go between the corners of our order",
    arguments: [
      (ElementKind.c3d10, 11, [(0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)]),
      (
        .c3d15, 18, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (3, 5), (4, 5)]
      ),
      (
        .c3d20r, 17,
        [
          (0, 1), (0, 3), (0, 4), (1, 2), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 7), (5, 6),
          (6, 7),
        ]
      ),
    ])
  func order(_ kind: ElementKind, _ type: Int, _ edges: [(Int, Int)]) throws {
    let corners = Array(kind.reference.nodes.prefix(kind.cornerCount))
    let places = corners + edges.map { (corners[$0.0] + corners[$0.1]) / 2 }
    let part = try GmshPart(try GmshFile(Self.element(type, places)))
    #expect(part.elementKinds == [kind])
    for (node, label) in part.connectivity.enumerated() {
      #expect(places[label - 1] == kind.reference.nodes[node], "node \(node)")
    }
  }

  @Test("TYPE chooses among elements with as many nodes")
  func type() throws {
    let hexahedron = Self.element(5, Hex8.nodes)
    let part = try GmshPart(try GmshFile(hexahedron), types: [ElementType(.c3d8i)])
    #expect(part.elementKinds == [.c3d8i])
    #expect(try GmshPart(try GmshFile(hexahedron)).elementKinds == [.c3d8])
    #expect(part.elementSets.map(\.name) == ["VOLUME1", "EALL"])
  }

  @Test("what is wrong with a mesh is said with its line", arguments: mistakes)
  func mistake(_ from: String, _ to: String, _ problem: String) {
    let text = String(decoding: Self.text, as: UTF8.self).replacing(from, with: to)
    #expect(Self.problems(Array(text.utf8)).hasPrefix(problem))
  }

  static let mistakes = [
    (
      "4.1 0 8", "2.2 0 8",
      """
      part.msh:2: $MeshFormat: format 2.2 is not supported
        fix: save the mesh with -format msh41
      """
    ),
    (
      "3 1 4 2", "3 1 7 2",
      """
      part.msh:34: $Elements: element type 7 is not supported
        fix: mesh without pyramids
      """
    ),
    ("0 0 1\n1 1 1", "0 0 x\n1 1 1", "part.msh:29: $Nodes: a number is missing"),
    ("$EndNodes", "", "part.msh:32: $Nodes: $EndNodes is missing"),
    ("1 5 1 9", "1 99999 1 9", "part.msh:19: $Nodes: 99999 entries do not fit into the file"),
    ("8 2 3 4 9", "8 2 3 4 77", "cube.inp:1: the mesh names 1 nodes that it does not define"),
  ]

  @Test("a cut file ends in a problem, wherever it is cut", arguments: [Self.text, Self.binary])
  func cut(_ bytes: [UInt8]) {
    for count in stride(from: 20, to: bytes.count - 12, by: 7) {
      #expect(!Self.problems(Array(bytes.prefix(count))).isEmpty, "\(count) bytes")
    }
  }
}

// MARK: - Files

extension GmshTests {
  private static let deck = """
    *INCLUDE, INPUT=part.msh
    *MATERIAL, NAME=M
    *ELASTIC
    1., .3
    *SOLID SECTION, ELSET=BODY, MATERIAL=M
    *BOUNDARY
    POINT1, 1, 3
    *STEP
    *STATIC
    *DSLOAD
    INNER FACE, P, 1.
    *EL PRINT, ELSET=EALL
    S
    *END STEP
    """

  private static func parse(_ text: String, mesh: [UInt8]) throws(DeckProblems) -> Deck {
    try Deck.parse(name: "cube.inp", text: Array(text.utf8)) { _ in mesh }
  }

  private static func problems(_ mesh: [UInt8]) -> String {
    do {
      _ = try parse(deck, mesh: mesh)
      return ""
    } catch {
      return error.description
    }
  }

  /// Two tetrahedra and the triangle between them.
  private static let text = Array(
    """
    $MeshFormat
    4.1 0 8
    $EndMeshFormat
    $PhysicalNames
    2
    2 5 "Inner face"
    3 1 "Body"
    $EndPhysicalNames
    $Entities
    1 0 1 1
    1 0 0 0 1 1
    1 0 0 0 1 1 1 1 5 0
    1 0 0 0 1 1 1 1 1 1 1
    $EndEntities
    $Periodic
    0
    $EndPeriodic
    $Nodes
    1 5 1 9
    3 1 0 5
    1
    2
    3
    4
    9
    0 0 0
    1 0 0
    0 1 0
    0 0 1
    1 1 1
    $EndNodes
    $Elements
    3 4 1 8
    3 1 4 2
    7 1 2 3 4
    8 2 3 4 9
    2 1 2 1
    1 4 2 3
    0 1 15 1
    2 1
    $EndElements

    """.utf8)

  /// The same in binary.
  private static let binary: [UInt8] = {
    var file = Bytes()
    file.text("$MeshFormat\n4.1 1 8\n")
    file.ints(1)
    file.text("\n$EndMeshFormat\n$PhysicalNames\n2\n2 5 \"Inner face\"\n3 1 \"Body\"\n")
    file.text("$EndPhysicalNames\n$Entities\n")
    file.sizes(1, 0, 1, 1)
    file.ints(1)
    file.doubles(0, 0, 0)
    file.sizes(1)
    file.ints(1)
    for (group, bounding) in [(5, 0), (1, 1)] {
      file.ints(1)
      file.doubles(0, 0, 0, 1, 1, 1)
      file.sizes(1)
      file.ints(group)
      file.sizes(bounding)
      if bounding == 1 { file.ints(1) }
    }
    file.text("\n$EndEntities\n$Nodes\n")
    file.sizes(1, 5, 1, 9)
    file.ints(3, 1, 0)
    file.sizes(5, 1, 2, 3, 4, 9)
    file.doubles(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1)
    file.text("\n$EndNodes\n$Elements\n")
    file.sizes(3, 4, 1, 8)
    file.ints(3, 1, 4)
    file.sizes(2, 7, 1, 2, 3, 4, 8, 2, 3, 4, 9)
    file.ints(2, 1, 2)
    file.sizes(1, 1, 4, 2, 3)
    file.ints(0, 1, 15)
    file.sizes(1, 2, 1)
    file.text("\n$EndElements\n")
    return file.bytes
  }()

  private struct Bytes {
    var bytes: [UInt8] = []

    mutating func text(_ text: String) { bytes += text.utf8 }
    mutating func ints(_ values: Int...) {
      for value in values { append(UInt64(UInt32(bitPattern: Int32(value))), 4) }
    }
    mutating func sizes(_ values: Int...) { for value in values { append(UInt64(value), 8) } }
    mutating func doubles(_ values: Double...) {
      for value in values { append(value.bitPattern, 8) }
    }

    private mutating func append(_ value: UInt64, _ count: Int) {
      for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
    }
  }

  /// One element of a type of Gmsh with its nodes in Gmsh's order.
  private static func element(_ type: Int, _ places: [SIMD3<Double>]) -> [UInt8] {
    let labels = places.indices.map { "\($0 + 1)" }
    return Array(
      """
      $MeshFormat
      4.1 0 8
      $EndMeshFormat
      $Entities
      0 0 0 1
      3 0 0 0 1 1 1 1 1 0
      $EndEntities
      $Nodes
      1 \(places.count) 1 \(places.count)
      3 3 0 \(places.count)
      \(labels.joined(separator: "\n"))
      \(places.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: "\n"))
      $EndNodes
      $Elements
      1 1 1 1
      3 3 \(type) 1
      1 \(labels.joined(separator: " "))
      $EndElements
      """.utf8)
  }
}
