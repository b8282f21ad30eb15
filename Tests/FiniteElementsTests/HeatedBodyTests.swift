import LinearAlgebra
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

  /// A cube at 25 degrees before the first step, whose steps are `steps`.
  private static func deck(_ steps: String...) throws -> Deck {
    let text = Decks.cube(steps.joined(separator: "\n*END STEP\n"), material: table + density)
      .replacing(
        "*STEP\n*STATIC\n", with: "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 25.\n",
        maxReplacements: 1)
    return try Decks.parse(text)
  }

  @Test("modes have the constants of earlier steps' temperatures only where they are perturbations")
  func forgottenTemperatures() throws {
    let heating = "*STEP\n*STATIC\n*TEMPERATURE\nNALL, 75."
    let cold = try Decks.solve(try Self.deck("*STEP\n*FREQUENCY\n1")).3
    let later = try Decks.solve(try Self.deck(heating, "*STEP\n*FREQUENCY\n1")).3
    let perturbed = try Decks.solve(
      try Self.deck(heating, "*STEP, PERTURBATION\n*FREQUENCY\n1")
    ).3
    let first = try #require(cold.eigenvalues.first)
    #expect(abs((later.eigenvalues.first ?? 0) / first - 1) < 1e-9)
    // E / density: 125000 / 5e-9 by 175000 / 7e-9.
    let buckling = "*BUCKLE\n1\n*CLOAD\n7, 3, -1.\n8, 3, -2."
    #expect(abs((perturbed.eigenvalues.first ?? 0) / first - 1) < 1e-9)
    let coldFactor = try Decks.solve(try Self.deck("*STEP\n" + buckling)).3.bucklingFactors
    let factor = try Decks.solve(try Self.deck(heating, "*STEP\n" + buckling)).3.bucklingFactors
    #expect(abs((factor.first ?? 0) / (coldFactor.first ?? 1) - 1) < 1e-9)
  }

  @Test("weight and the printed mass are those of the present density")
  func weight() throws {
    let deck = try Self.deck(
      """
      *STEP
      *STATIC
      *TEMPERATURE
      NALL, 50.
      *DLOAD
      EALL, GRAV, 1.E9, 0., 0., -1.
      *NODE PRINT, NSET=FOOT, TOTALS=ONLY
      RF
      *EL PRINT, ELSET=EALL
      EMAS
      """)
    let (dat, _, _, summary) = try Decks.solve(deck)
    // Half of the weight acts on the foot itself.
    #expect(dat.contains("  3.000000E+00"))
    #expect(dat.contains("1  6.000000E-09"))
    #expect(abs((summary.mass ?? 0) - 6e-9) < 1e-20)
  }

  @Test("mass lies where the body is dense", arguments: ["C3D8I", "C3D8"])
  func masses(_ type: String) throws {
    let text = Decks.cube("", material: Self.table + Self.density)
      .replacing("TYPE=C3D8", with: "TYPE=\(type)")
      .replacing("*STEP\n", with: "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 0.\n*STEP\n")
    let deck = try Decks.parse(text)
    // 100 degrees at x = 1: the density is 8e-9 - 4e-9 x.
    let heat = (0..<deck.mesh.nodeCount).map { 100 * deck.mesh.position(of: $0).x }
    let mass = MassOperator(deck, temperatures: heat)
    let nodes = deck.mesh.nodes(of: 0)
    let matrix = Buffer(repeating: 0.0, count: 9 * nodes.count * nodes.count)
    try #require(mass.fill(0, mass.makeWorkspace(), into: matrix.view))
    var moment = 0.0
    for a in nodes.indices {
      for (b, node) in nodes.enumerated() {
        moment +=
          matrix.view[3 * nodes.count * 3 * (a - nodes.startIndex) + 3 * b]
          * deck.mesh.position(of: node).x
      }
    }
    // As in CalculiX, C3D8 has one temperature, the mean.
    let expected = type == "C3D8" ? 6e-9 / 2 : 8e-9 / 2 - 4e-9 / 3
    #expect(abs(moment / expected - 1) < 1e-12)
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
