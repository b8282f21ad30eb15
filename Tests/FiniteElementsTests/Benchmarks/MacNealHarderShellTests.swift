import Glibc
import Testing

@testable import FiniteElements

/// The same problems with shells. S8R holds the tolerances on meshes somewhat finer than the paper's; S4 and S8,
/// which are bricks with full integration in the plane, lock where they are distorted, curved or thin, as in
/// CalculiX, and are not tried.
@Suite("MacNeal and Harder's problems with shells") struct MacNealHarderShellTests {
  /// The paper's grade A.
  static let gradeA = 0.02

  /// One solution of a shell model: lines of *BOUNDARY and of loads.
  static func solve(
    _ mesh: BenchmarkMesh, young: Double, poisson: Double, thickness: Double, boundary: String,
    load: String
  ) throws -> BenchmarkResult {
    try BenchmarkResult(
      mesh.text + """
        *MATERIAL, NAME=M
        *ELASTIC
        \(young), \(poisson)
        *SHELL SECTION, ELSET=EALL, MATERIAL=M
        \(thickness)
        *BOUNDARY
        \(boundary)*STEP
        *STATIC
        \(load)*NODE PRINT, NSET=NALL
        U
        *END STEP

        """)
  }

  /// A uniform line load's share of the nodes of an edge: 1/6, 4/6, 1/6 for each element.
  static func shares(_ mesh: BenchmarkMesh, of edge: [Int]) -> [(node: Int, weight: Double)] {
    var weights: [Int: Double] = [:]
    for members in mesh.elements {
      for side in 0..<4 {
        let ends = [members[side], members[(side + 1) % 4]]
        guard (ends + [members[4 + side]]).allSatisfy(edge.contains) else { continue }
        for end in ends { weights[end, default: 0] += 1.0 / 6 }
        weights[members[4 + side], default: 0] += 4.0 / 6
      }
    }
    return weights.sorted { $0.key < $1.key }.map { (node: $0.key, weight: $0.value) }
  }

  // MARK: Rectangular plates

  /// Deflection of the middle, times 10⁶ beyond the paper's since its plates of solids are 0.01 thick, not
  /// 0.0001. The same in S. Timoshenko, S. Woinowsky-Krieger, Theory of Plates and Shells, tables 8, 23, 35, 37:
  /// α q a⁴ / D with α = 0.00406, 0.01297, 0.00126, 0.0026; α P a² / D with 0.0116, 0.01695, 0.0056, 0.00722.
  static let plates: [(length: Double, isClamped: Bool, isPoint: Bool, target: Double)] = [
    (2, false, false, 4.062e-6), (10, false, false, 12.97e-6), (2, false, true, 11.60e-6),
    (10, false, true, 16.96e-6), (2, true, false, 1.26e-6), (10, true, false, 2.56e-6),
    (2, true, true, 5.60e-6), (10, true, true, 7.23e-6),
  ]

  @Test("the rectangular plate sinks as published", arguments: plates)
  func plate(_ length: Double, _ isClamped: Bool, _ isPoint: Bool, _ target: Double) throws {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [12, 12, 1]) {
      [$0.x, $0.y * length / 2, 0]
    }
    let edge = mesh.nodes { $0.x > 1 - 1e-9 || $0.y > length / 2 - 1e-9 }
    let (atX, atY) = (mesh.nodes { $0.x < 1e-9 }, mesh.nodes { $0.y < 1e-9 })
    let middle = mesh.node(at: [0, 0, 0])
    let result = try Self.solve(
      mesh, young: 1.7472e7, poisson: 0.3, thickness: 0.01,
      boundary: BenchmarkMesh.fixed(edge, isClamped ? 1...6 : 3...3)
        + BenchmarkMesh.fixed(atX, 1...1) + BenchmarkMesh.fixed(atX, 5...5)
        + BenchmarkMesh.fixed(atY, 2...2) + BenchmarkMesh.fixed(atY, 4...4),
      load: isPoint ? "*CLOAD\n\(middle), 3, -1e-4\n" : "*DLOAD\nEALL, P, -1e-4\n")
    expect(
      try -result.displacement(middle).z, target: target, within: Self.gradeA,
      "2 × \(Int(length)), \(isClamped ? "clamped" : "supported"), \(isPoint ? "point" : "uniform")"
    )
  }

  // MARK: Beams

  /// Twist by the paper's 0.03208, which the OptiStruct verification manual (OS-V 0720) repeats;
  /// Saint-Venant's torsion without the clamped end would be 0.03406.
  @Test(
    "the straight beam deflects and twists as published",
    arguments: MacNealHarderTests.Slant.allCases)
  func straightBeam(_ slant: MacNealHarderTests.Slant) throws {
    let mesh = BenchmarkMesh(
      "S8R", .quadrilateral, cells: [12, 2, 1], map: MacNealHarderTests.straightPlace(slant))
    let root = mesh.nodes { $0.x < 1e-9 }
    let edge = Self.shares(mesh, of: mesh.nodes { $0.x > 6 - 1e-9 })
    let ends = [mesh.node(at: [6, 0, 0]), mesh.node(at: [6, 0.2, 0])]
    for (freedom, target) in [(1, 3.0e-5), (2, 0.1081), (3, 0.4321), (4, 0.03208)] {
      let result = try Self.solve(
        mesh, young: 1e7, poisson: 0.3, thickness: 0.1,
        boundary: BenchmarkMesh.fixed(root, 1...6),
        load: "*CLOAD\n" + BenchmarkMesh.forces(edge, freedom, total: 1))
      let moved = try ends.map { try result.displacement($0) }
      let value = freedom < 4 ? moved[0][freedom - 1] : (moved[1].z - moved[0].z) / 0.2
      let what = freedom < 4 ? "direction \(freedom)" : "twist"
      expect(value, target: target, within: Self.gradeA, "S8R, \(slant.rawValue), \(what)")
    }
  }

  /// Ratios to beam theory of the reduced 20-node brick, which S8R becomes, in the OptiStruct verification
  /// manual, OS-V 0710.
  @Test(
    "the curved beam of six S8R deflects as published for reduced bricks",
    arguments: [(2, 0.08734 * 1.009), (3, 0.5022 * 0.946)])
  func curvedBeam(_ direction: Int, _ target: Double) throws {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [1, 6, 1]) { place in
      let (radius, angle) = (4.12 + 0.2 * place.x, place.y * Double.pi / 2)
      return [radius * cos(angle), radius * sin(angle), 0]
    }
    let edge = Self.shares(mesh, of: mesh.nodes { $0.x < 1e-9 })
    let result = try Self.solve(
      mesh, young: 1e7, poisson: 0.25, thickness: 0.1,
      boundary: BenchmarkMesh.fixed(mesh.nodes { $0.y < 1e-9 }, 1...6),
      load: "*CLOAD\n" + BenchmarkMesh.forces(edge, direction, total: 1))
    let tip = try result.displacement(mesh.node(at: [0, 4.22, 0]))
    expect(tip[direction - 1], target: target, within: 0.005, "S8R, direction \(direction)")
  }

  /// The thin one under 10⁻⁶: J. Simo, D. Fox, M. Rifai, Computer Methods in Applied Mechanics and Engineering
  /// 73 (1989) 53-92, as FinEtoolsFlexStructures lists it.
  @Test(
    "the beam twisted by 90° deflects as published",
    arguments: [
      (3, 0.32, 1, 0.005424), (2, 0.32, 1, 0.001754), (3, 0.0032, 1e-6, 0.005256),
      (2, 0.0032, 1e-6, 0.001294),
    ])
  func twistedBeam(
    _ direction: Int, _ thickness: Double, _ force: Double, _ target: Double
  ) throws {
    let tip = try Self.twistedTip(direction, thickness: thickness, force: force, turned: 0)
    expect(
      tip[direction - 1], target: target, within: Self.gradeA,
      "S8R \(thickness) thick, direction \(direction)")
  }

  /// Where the tip goes when the whole model is turned about its axis x before.
  private static func twistedTip(
    _ direction: Int, thickness: Double, force: Double, turned angle: Double
  ) throws -> SIMD3<Double> {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [12, 2, 1]) { place in
      let (twist, width) = (place.x * Double.pi / 2 + angle, 1.1 * (place.y - 0.5))
      return [12 * place.x, width * cos(twist), width * sin(twist)]
    }
    let edge = shares(mesh, of: mesh.nodes { $0.x > 12 - 1e-9 })
    let along = direction == 2 ? (cos(angle), sin(angle)) : (-sin(angle), cos(angle))
    let result = try solve(
      mesh, young: 29e6, poisson: 0.22, thickness: thickness,
      boundary: BenchmarkMesh.fixed(mesh.nodes { $0.x < 1e-9 }, 1...6),
      load: "*CLOAD\n" + BenchmarkMesh.forces(edge, 2, total: force * along.0)
        + BenchmarkMesh.forces(edge, 3, total: force * along.1))
    return try result.displacement(mesh.node(at: [12, 0, 0]))
  }

  /// Its equations have a condition beyond 10¹³: without corrections, one to three digits are right.
  @Test("a strip of 1/3750 of its length bends by the same whichever way it is turned")
  func turnedStrip() throws {
    let straight = try Self.twistedTip(3, thickness: 0.0032, force: 1e-6, turned: 0)
    for angle in [0.3, 1.0, 2.2] {
      let tip = try Self.twistedTip(3, thickness: 0.0032, force: 1e-6, turned: angle)
      let back = tip.z * cos(angle) - tip.y * sin(angle)
      #expect(abs(back - straight.z) < 2e-6 * straight.z, "turned by \(angle) rad")
    }
  }
}
