import Testing

@testable import FiniteElements

/// Reactions where rotations are held, as printed.
@Suite("reactions of beams and shells") struct StructureReactionTests {
  /// What seven printed digits leave of forces of the size of one.
  static let tolerance = 1e-6

  /// CalculiX 2.20 leaves the axial force of one corner of the section out there: of a load of 1 along the
  /// beam it prints 0.75, and a multiple of the bending moment where there is no force at all.
  @Test(
    "a clamped skew beam bears what loads it, and nothing else",
    arguments: ["B31", "B31R", "B32", "B32R"])
  func beam(_ type: String) throws {
    let count = type.hasPrefix("B32") ? 5 : 3
    let nodes = (0..<count).map { "\($0 + 1), \(0.5 * Double($0)), \(0.1 * Double($0)), 0.\n" }
    let elements = type.hasPrefix("B32") ? "1, 1, 2, 3\n2, 3, 4, 5\n" : "1, 1, 2\n2, 2, 3\n"
    let total = try Self.totalForce(
      """
      *NODE
      \(nodes.joined())*ELEMENT, TYPE=\(type), ELSET=EALL
      \(elements)*NSET, NSET=ROOT
      1
      *MATERIAL, NAME=M
      *ELASTIC
      210000., 0.3
      *BEAM SECTION, ELSET=EALL, MATERIAL=M, SECTION=RECT
      0.1, 0.2
      0., 0., 1.
      *BOUNDARY
      ROOT, 1, 6
      *STEP
      *STATIC
      *CLOAD
      \(count), 1, 0.25
      \(count), 2, 0.5
      \(count), 3, -1.
      \(count), 4, 0.1

      """)
    for (found, exact) in zip(total, [-0.25, -0.5, 1]) {
      #expect(abs(found - exact) < Self.tolerance)
    }
  }

  @Test("so does the clamped edge of a warped shell", arguments: ["S4", "S8R"])
  func shell(_ type: String) throws {
    let mesh = BenchmarkMesh(
      type, .quadrilateral, cells: [4, 3, 1], isQuadratic: type.hasPrefix("S8")
    ) { [4 * $0.x, 3 * $0.y, 0.5 * $0.x * $0.y] }
    let tip = mesh.node(at: [4, 0, 0])
    let total = try Self.totalForce(
      mesh.text + BenchmarkMesh.set("NSET", "ROOT", mesh.nodes { $0.x < 1e-9 }) + """
        *MATERIAL, NAME=M
        *ELASTIC
        210000., 0.3
        *SHELL SECTION, ELSET=EALL, MATERIAL=M
        0.1
        *BOUNDARY
        ROOT, 1, 6
        *STEP
        *STATIC
        *CLOAD
        \(tip), 1, 0.25
        \(tip), 2, 0.5
        \(tip), 3, -1.

        """)
    for (found, exact) in zip(total, [-0.25, -0.5, 1]) {
      #expect(abs(found - exact) < Self.tolerance)
    }
  }

  /// The sum of the forces at ROOT that the last step of a deck, not yet ended, prints.
  private static func totalForce(_ deck: String) throws -> [Double] {
    let files = try Decks.solve(
      Decks.parse(deck + "*NODE PRINT, NSET=ROOT, TOTALS=ONLY\nRF\n*END STEP\n"))
    let last = try #require(files.dat.split(separator: "\n").last)
    let total = last.split(separator: " ").compactMap { Double($0) }
    try #require(total.count == 3)
    return total
  }
}
