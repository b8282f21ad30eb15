import Testing

@testable import FiniteElements

/// Modes of shells so thin that rounding in the stiffness matrix hides what resists bending.
@Suite("modes of thin shells") struct ThinModeTests {
  private static let length = 10.0

  /// A strip of S8R, 10 x 1, that bends in one direction only: nothing locks, however thin it is.
  private static func strip(
    _ slenderness: Double, end: ClosedRange<Int>, step: (BenchmarkMesh) -> String
  ) throws -> BenchmarkResult {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [16, 2, 1]) {
      [length * $0.x, $0.y, 0]
    }
    let (start, stop) = (mesh.nodes { $0.x < 1e-9 }, mesh.nodes { $0.x > length - 1e-9 })
    return try BenchmarkResult(
      mesh.text + """
        *MATERIAL, NAME=M
        *ELASTIC
        200E9, 0.
        *DENSITY
        8000.
        *SHELL SECTION, ELSET=EALL, MATERIAL=M
        \(length / slenderness)
        *BOUNDARY
        \(BenchmarkMesh.fixed(start, 1...3))\(BenchmarkMesh.fixed(stop, end))*STEP
        \(step(mesh))
        *END STEP

        """)
  }

  /// S. Timoshenko, Vibration Problems in Engineering: ω = (n π / L)² √(E I / ρ A) with pinned ends.
  @Test(
    "a pinned strip of S8R vibrates as a beam, however thin", arguments: [400.0, 6_000, 20_000])
  func vibration(_ slenderness: Double) throws {
    let found = try Self.strip(slenderness, end: 2...3) { _ in "*FREQUENCY\n3" }.frequencies
    let thickness = Self.length / slenderness
    let first =
      Double.pi / (2 * Self.length * Self.length)
      * (200e9 * thickness * thickness / (12 * 8000)).squareRoot()
    NafemsFrequencyTests.expect(
      found, targets: [(1, first), (2, 4 * first), (3, 9 * first)], within: 0.002,
      "length \(Int(slenderness)) times the thickness")
  }

  /// L. Euler: P = π² E I / L².
  @Test(
    "a pinned strip of S8R buckles at Euler's load, however thin",
    arguments: [400.0, 6_000, 20_000])
  func buckling(_ slenderness: Double) throws {
    let thickness = Self.length / slenderness
    let found = try Self.strip(slenderness, end: 2...3) { mesh in
      // Consistent forces of an edge of two quadratic elements.
      let shares = [0: 1.0, 0.25: 4, 0.5: 2, 0.75: 4, 1: 1]
      let loads = shares.map { place, share in
        "\(mesh.node(at: [Self.length, place, 0])), 1, \(-share / 12)\n"
      }
      return "*BUCKLE\n1\n*CLOAD\n" + loads.joined()
    }.bucklingFactors
    let euler =
      Double.pi * Double.pi * 200e9 * thickness * thickness * thickness
      / (12 * Self.length * Self.length)
    expect(
      try #require(found.first), target: euler, within: 0.002,
      "length \(Int(slenderness)) times the thickness")
  }

  @Test("a thin plate that moves freely has six rigid motions, and bends by the same frequencies")
  func free() throws {
    let side = Self.length
    let frequencies = try [500.0, 20_000].map { slenderness in
      let thickness = side / slenderness
      let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [8, 8, 1]) { side * $0 }
      let found = try NafemsFrequencyTests.frequencies(
        mesh, section: "*SHELL SECTION, ELSET=EALL, MATERIAL=STEEL\n\(thickness)",
        boundary: "", count: 9)
      return found.map { $0 / thickness }
    }
    for found in frequencies {
      try #require(found.count == 9)
      for motion in found.prefix(6) { #expect(abs(motion) < 1e-2 * found[6]) }
    }
    for (thick, thin) in zip(frequencies[0], frequencies[1]).dropFirst(6) {
      expect(thin, target: thick, within: 0.005)
    }
  }
}
