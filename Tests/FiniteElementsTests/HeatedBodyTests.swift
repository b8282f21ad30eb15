import Testing

@testable import FiniteElements

/// What temperatures do to the constants of bodies that move.
@Suite("heated bodies") struct HeatedBodyTests {
  /// Constants that are linear between 0 and 100 degrees, and those at 25 degrees.
  private static let table = "*ELASTIC\n200000., .3, 0.\n100000., .3, 100.\n"
  private static let density = "*DENSITY\n8.E-9, 0.\n4.E-9, 100."
  private static let constant = "*ELASTIC\n175000., .3\n*DENSITY\n7.E-9"

  private static let procedures = [
    "*FREQUENCY\n4", "*BUCKLE\n2\n*CLOAD\n7, 3, -1.\n8, 3, -2.",
    "*DYNAMIC, DIRECT\n1.E-6, 5.E-6\n*CLOAD\n7, 3, 100.",
    """
    *FREQUENCY, STORAGE=YES
    4
    *END STEP
    *STEP
    *MODAL DYNAMIC
    1.E-6, 5.E-6
    *CLOAD
    7, 3, 100.
    """,
    """
    *FREQUENCY, STORAGE=YES
    4
    *END STEP
    *STEP
    *STEADY STATE DYNAMICS
    1000., 20000., 3, 2.
    *MODAL DAMPING
    1, 4, 0.02
    *CLOAD
    7, 3, 100.
    """,
    """
    *STATIC
    *CLOAD
    7, 1, 1.E6
    *END STEP
    *STEP, PERTURBATION
    *FREQUENCY
    3
    """,
  ]

  @Test(
    "a body of one temperature moves as one with the constants of that temperature",
    arguments: procedures)
  func uniform(_ procedure: String) throws {
    let step = procedure + "\n*NODE PRINT, NSET=NALL\nU\n*EL PRINT, ELSET=EALL\nS"
    let heated = Decks.cube(step, material: Self.table + Self.density)
      .replacing(
        "*STEP\n*STATIC\n", with: "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 25.\n*STEP\n",
        maxReplacements: 1)
    let cold = Decks.cube(step, material: Self.constant)
      .replacing("*STEP\n*STATIC\n", with: "*STEP\n", maxReplacements: 1)
    try Self.expectSame(heated, cold)
  }

  @Test("where constants vary with temperature, their axes may turn about a cylinder all the same")
  func turning() throws {
    // The same orthotropic constants at both temperatures: what varies in name only changes nothing.
    func deck(_ rows: Int) -> String {
      let constants = "140000., 10000., 8000., .28, .3, .4, 5000., 4500.,\n3800."
      let table = (0..<rows).map { "\(constants), \(100 * $0)." }.joined(separator: "\n")
      return Decks.cube(
        "*CLOAD\n7, 3, 100.\n8, 1, 50.\n*NODE PRINT, NSET=NALL\nU\n*EL PRINT, ELSET=EALL\nS",
        material: "*ELASTIC, TYPE=ENGINEERING CONSTANTS\n\(table)\n*DENSITY\n1.E-9"
      )
      .replacing("ELSET=EALL, MATERIAL=STEEL", with: "ELSET=EALL, MATERIAL=STEEL, ORIENTATION=OR")
      .replacing(
        "*STEP\n",
        with: """
          *ORIENTATION, NAME=OR, SYSTEM=CYLINDRICAL
          -1., 0., 0., -1., 0., 1.
          *INITIAL CONDITIONS, TYPE=TEMPERATURE
          NALL, 30.
          *STEP

          """, maxReplacements: 1)
    }
    try Self.expectSame(deck(2), deck(1))
  }

  /// Expects the tables of two decks' `.dat` files to agree within the digits of eigenvectors.
  private static func expectSame(_ heated: String, _ cold: String) throws {
    let (one, other) = (try tables(heated), try tables(cold))
    try #require(one.map(\.count) == other.map(\.count) && !one.isEmpty)
    for (table, expected) in zip(one, other) {
      let scale = expected.map { abs($0) }.max() ?? 0
      for (a, b) in zip(table, expected) { #expect(abs(a - b) <= 1e-5 * scale) }
    }
  }

  /// The numbers of the `.dat` file of a deck between lines of text; no two modes of the body are alike.
  private static func tables(_ text: String) throws -> [[Double]] {
    let skew = text.replacing("7, 1, 1, 1", with: "7, 1.2, 1, 1.1")
    let lines = try Decks.solve(try Decks.parse(skew)).dat.split(separator: "\n")
      .map { line in line.split(separator: " ").map { Double($0) } }
    var tables: [[Double]] = [[]]
    for line in lines {
      if line.contains(nil) {
        tables.append([])
      } else {
        tables[tables.count - 1] += line.compactMap { $0 }
      }
    }
    return tables.filter { !$0.isEmpty }
  }
}
