import Glibc
import Testing

@testable import FiniteElements

/// NAFEMS, The Standard NAFEMS Benchmarks, TNSB Rev. 3, 1990. Figures are in Pa and m.
@Suite("NAFEMS linear elastic benchmarks") struct NafemsStaticTests {
  /// A quarter of the ring between the ellipses (x/2)² + y² = 1 and (x/3.25)² + (y/2.75)² = 1.
  static func ellipses(_ place: SIMD3<Double>, thickness: Double) -> SIMD3<Double> {
    let angle = place.y * Double.pi / 2
    let inner = SIMD3(2 * cos(angle), sin(angle), 0)
    let outer = SIMD3(3.25 * cos(angle), 2.75 * sin(angle), 0)
    return inner + (outer - inner) * place.x + [0, 0, thickness * place.z]
  }

  static let steel = "*MATERIAL, NAME=STEEL\n*ELASTIC\n210E9, 0.3\n"

  @Test(
    "LE1: the elliptic membrane has the stress 92.7 MPa at D",
    arguments: ["CPS8", "CPS8R"])
  func ellipticMembrane(_ type: String) throws {
    let mesh = BenchmarkMesh(type, .quadrilateral, cells: [12, 16, 1]) {
      Self.ellipses($0, thickness: 0)
    }
    // The third side of a cell is at x = 1 in the cell's square, its face 2.
    let outer = mesh.elements(axis: 0, layer: -1).map { "\($0), P2, -10E6\n" }.joined()
    let result = try BenchmarkResult(
      mesh.text + Self.steel + """
        *SOLID SECTION, ELSET=EALL, MATERIAL=STEEL
        0.1
        *BOUNDARY
        \(BenchmarkMesh.fixed(mesh.nodes { abs($0.x) < 1e-9 }, 1...1))\
        \(BenchmarkMesh.fixed(mesh.nodes { abs($0.y) < 1e-9 }, 2...2))\
        *STEP
        *STATIC
        *DLOAD
        \(outer)*EL FILE
        S
        *END STEP

        """)
    // The tolerance that its comparisons use for fine meshes of quadratic elements.
    expect(try result.stress(mesh.node(at: [2, 0, 0]))[1], target: 92.7e6, within: 0.01, type)
  }

  @Test("LE10: the thick plate has the stress -5.38 MPa at D", arguments: ["C3D20", "C3D20R"])
  func thickPlate(_ type: String) throws {
    let mesh = BenchmarkMesh(type, cells: [8, 12, 6]) { Self.ellipses($0, thickness: 0.6) }
    let outer = mesh.nodes { abs(pow($0.x / 3.25, 2) + pow($0.y / 2.75, 2) - 1) < 1e-9 }
    let middle = outer.filter { abs(mesh.nodes[$0 - 1].z - 0.3) < 1e-9 }
    let top = mesh.elements(axis: 2, layer: -1).map { "\($0), P2, 1E6\n" }.joined()
    let result = try BenchmarkResult(
      mesh.text + Self.steel + """
        *SOLID SECTION, ELSET=EALL, MATERIAL=STEEL
        *BOUNDARY
        \(BenchmarkMesh.fixed(mesh.nodes { abs($0.x) < 1e-9 }, 1...1))\
        \(BenchmarkMesh.fixed(mesh.nodes { abs($0.y) < 1e-9 }, 2...2))\
        \(BenchmarkMesh.fixed(outer, 1...2))\
        \(BenchmarkMesh.fixed(middle, 3...3))\
        *STEP
        *STATIC
        *DLOAD
        \(top)*EL FILE
        S
        *END STEP

        """)
    let corner = mesh.node(at: [2, 0, 0.6])
    expect(try result.stress(corner)[1], target: -5.38e6, within: 0.02, type)
  }
}
