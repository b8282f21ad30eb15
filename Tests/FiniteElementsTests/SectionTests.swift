import Testing

@testable import FiniteElements

@Suite("sections, masses and errors") struct SectionTests {
  /// Of numbers that are printed with seven digits.
  static let printed = 1e-6

  /// A cube in uniform tension: 100 on a face of 1.
  static let pull = """
    *CLOAD
    5, 3, 25.
    6, 3, 25.
    7, 3, 25.
    8, 3, 25.
    """

  /// The cube of `Decks` on a foot that may contract, with a surface on top.
  static func cube(_ step: String) -> String {
    Decks.cube(step)
      .replacing("FOOT, 1, 3", with: "FOOT, 3\n1, 1, 2\n2, 2")
      .replacing("*MATERIAL", with: "*SURFACE, NAME=TOP\nEALL, S2\n*MATERIAL")
  }

  @Test("a section prints force, moment, centre, normal and area")
  func section() throws {
    let deck = try Decks.parse(
      Self.cube(Self.pull + "\n*SECTION PRINT, SURFACE=TOP, NAME=S\nSOF, SOM"))
    let dat = try Decks.solve(deck).dat
    #expect(dat.contains(" statistics for surface set TOP and time  0.1000000E+01\n"))
    let numbers = dat.split(separator: "\n").map {
      $0.split(separator: " ").compactMap { Double($0) }
    }.filter { [3, 5, 6].contains($0.count) }
    let exact: [[Double]] = [
      [0, 0, 100, 50, -50, 0], [0.5, 0.5, 1, 0, 0, 1], [0, 0, 0], [1, 100, 0, 0, 0],
    ]
    try #require(numbers.count == exact.count)
    for (row, wanted) in zip(numbers, exact) {
      for (value, other) in zip(row, wanted) { #expect(abs(value - other) < 100 * Self.printed) }
    }
  }

  @Test("masses of elements are printed with their second moments")
  func mass() throws {
    let deck = try Decks.parse(
      Self.cube(Self.pull + "\n*EL PRINT, ELSET=EALL, TOTALS=ONLY\nEMAS"))
    let rows = try Decks.solve(deck).dat.split(separator: "\n").filter {
      !$0.contains("for set")
    }.map {
      $0.split(separator: " ").compactMap { Double($0) }
    }.filter { !$0.isEmpty }
    let mass = 7.8e-9
    let exact: [[Double]] = [
      [1], [1.0 / 3, 1.0 / 3, 1.0 / 3, 0.25, 0.25, 0.25], [0.5, 0.5, 0.5],
      [1.0 / 12, 1.0 / 12, 1.0 / 12, 0, 0, 0],
    ]
    let found = rows.suffix(4)
    for (index, (row, wanted)) in zip(found, exact).enumerated() {
      try #require(row.count == wanted.count)
      let unit = index == 2 ? 1 : mass
      for (value, other) in zip(row, wanted) { #expect(abs(value / unit - other) < Self.printed) }
    }
  }

  @Test(
    "the estimated error follows stresses unless it is refused", arguments: ["S", "S, NOE", "ERR"])
  func errorBlock(_ labels: String) throws {
    let deck = try Decks.parse(Self.cube(Self.pull + "\n*EL FILE\n\(labels)"))
    let frd = try Decks.solve(deck).frd
    #expect(frd.contains(" -4  STRESS") == labels.hasPrefix("S"))
    #expect(frd.contains(" -4  ERROR       1    1\n -5  STR(%)") == !labels.hasSuffix("NOE"))
  }

  @Test(
    "a stress that is the same everywhere has no error, one that vanishes somewhere a large one")
  func estimate() {
    let mesh = Bodies.brick(.c3d8, cells: [1, 1, 1], size: [1, 1, 1])
    let uniform = [[Double]](repeating: [5, -3, 2, 1, 0.5, 0.2], count: 8).flatMap(\.self)
    #expect(
      StressError.estimate(mesh, stress: uniform, starts: [0, 8]).allSatisfy { $0 < 1e-9 })
    let bent = (0..<8).flatMap { point -> [Double] in [point < 4 ? 5 : 0, 0, 0, 0, 0, 0] }
    // Variation 1 of the largest principal stress; second line of the relation of C3D8.
    let error = StressError.estimate(mesh, stress: bent, starts: [0, 8])
    #expect(error.allSatisfy { abs($0 - (85.324 - 8.396)) < 1e-9 })
    // A plane element has a relation of its own, one straight line.
    let plane = StressError.estimate(mesh, stress: bent, starts: [0, 8], isPlane: { _ in true })
    #expect(plane.allSatisfy { abs($0 - 74.074) < 1e-9 })
  }

  @Test("principal stresses are the eigenvalues")
  func principals() {
    // Eigenvalues 1, 2, 4 of [[3, 1, 0], [1, 3, 0], [0, 0, 1]].
    let stress = [3.0, 3, 1, 1, 0, 0]
    let extremes = StressError.extremePrincipals(stress, at: 0)
    #expect(abs(extremes.x - 1) < 1e-12)
    #expect(abs(extremes.y - 4) < 1e-12)
    #expect(StressError.extremePrincipals([2, 2, 2, 0, 0, 0], at: 0) == [2, 2])
  }

  @Test("a file request may choose its nodes")
  func chosenNodes() throws {
    let deck = try Decks.parse(
      Self.cube(Self.pull + "\n*NODE FILE, NSET=FOOT\nU\n*EL FILE\nS, NOE"))
    let frd = try Decks.solve(deck).frd
    let blocks = frd.split(separator: " -4  ").dropFirst().map {
      $0.split(separator: "\n").count { $0.hasPrefix(" -1") }
    }
    #expect(blocks == [4, 8])
  }

  @Test("what is no keyword of CalculiX is passed over, what may be a slip is not")
  func foreign() throws {
    let deck = try Decks.parse(
      Decks.cube("").replacing("*MATERIAL", with: "*GARNISH\n1.\n*MATERIAL"))
    #expect(
      deck.notices.map(\.description) == [
        "cube.inp:16: *GARNISH is no keyword of CalculiX; passed over"
      ])
    let slip = Decks.cube("").replacing("*BOUNDARY", with: "*BONDARY")
    #expect(Decks.problems(slip).contains("did you mean *BOUNDARY?"))
    let plastic = Decks.cube("").replacing("*DENSITY", with: "*PLASTIC")
    #expect(Decks.problems(plastic).contains("*PLASTIC is not supported"))
  }
}
