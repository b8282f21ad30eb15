import Testing

@testable import FiniteElements

@Suite("plane problems") struct PlaneProblemTests {
  /// R. Cook, 1974. 23.96 is the limit of refined meshes for ν = 1/3 in plane stress.
  @Test("Cook's membrane rises by 23.96", arguments: ["CPS8", "CPS8R"])
  func cook(_ type: String) throws {
    let mesh = BenchmarkMesh(type, .quadrilateral, cells: [8, 8, 1]) { place in
      let bottom = 44 * place.x
      let top = 44 + 16 * place.x
      return [48 * place.x, bottom + (top - bottom) * place.y, 0]
    }
    // A uniform traction on a quadratic edge: 1/6 at its ends, 2/3 in its middle.
    let end = mesh.nodes { $0.x > 48 - 1e-9 }.map { node -> (node: Int, weight: Double) in
      let step = (mesh.nodes[node - 1].y - 44) / 16 * 16
      let position = Int(step.rounded())
      return (node, position == 0 || position == 16 ? 1 : position % 2 == 0 ? 2 : 4)
    }
    let probe = mesh.node(at: [48, 52, 0])
    let result = try BenchmarkResult(
      mesh.text + BenchmarkMesh.set("NSET", "PROBE", [probe]) + """
        *MATERIAL, NAME=M
        *ELASTIC
        1., 0.333333333333333
        *SOLID SECTION, ELSET=EALL, MATERIAL=M
        1.
        *BOUNDARY
        \(BenchmarkMesh.fixed(mesh.nodes { $0.x < 1e-9 }, 1...2))*STEP
        *STATIC
        *CLOAD
        \(BenchmarkMesh.forces(end, 2, total: 1))*NODE PRINT, NSET=PROBE
        U
        *END STEP

        """)
    expect(try result.displacement(probe).y, target: 23.96, within: 0.01, type)
  }
}
