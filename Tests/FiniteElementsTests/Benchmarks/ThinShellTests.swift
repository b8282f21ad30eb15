import Glibc
import Testing

@testable import FiniteElements

/// The classical obstacle course of shells, one layer of bricks thick.
@Suite("shell obstacle course") struct ThinShellTests {
  /// A piece of a shell: its mesh, supports by direction, and how it is loaded.
  struct Problem {
    var mesh: BenchmarkMesh
    var material: String
    var fixed: [(nodes: [Int], direction: Int)]
    var load: String
    var probe: Int

    func solve() throws -> SIMD3<Double> {
      let supports = fixed.map { BenchmarkMesh.fixed($0.nodes, $0.direction...$0.direction) }
      let result = try BenchmarkResult(
        mesh.text + BenchmarkMesh.set("NSET", "PROBE", [probe]) + """
          *MATERIAL, NAME=M
          \(material)
          *SOLID SECTION, ELSET=EALL, MATERIAL=M
          *BOUNDARY
          \(supports.joined())*STEP
          *STATIC
          \(load)
          *NODE PRINT, NSET=PROBE
          U
          *END STEP

          """)
      return try result.displacement(probe)
    }
  }

  /// A. Scordelis, K. Lo, 1964; 0.3024 is the value to which MacNeal and Harder normalise, who grant 2 % for
  /// their grade A. A quarter of the roof: x along it, z up.
  @Test("the Scordelis-Lo roof sinks by 0.3024 at the middle of its free edge")
  func roof() throws {
    let mesh = BenchmarkMesh("C3D20R", cells: [8, 8, 1]) { place in
      let (radius, angle) = (25 + 0.25 * (place.z - 0.5), place.y * 40 * Double.pi / 180)
      return [25 * place.x, radius * sin(angle), radius * cos(angle)]
    }
    let edge = 40 * Double.pi / 180
    let problem = Problem(
      mesh: mesh, material: "*ELASTIC\n4.32E8, 0.\n*DENSITY\n360.",
      fixed: [
        (mesh.nodes { $0.x > 25 - 1e-9 }, 2), (mesh.nodes { $0.x > 25 - 1e-9 }, 3),
        (mesh.nodes { $0.x < 1e-9 }, 1), (mesh.nodes { abs($0.y) < 1e-9 }, 2),
      ],
      // 90 for each unit of area.
      load: "*DLOAD\nEALL, GRAV, 1., 0., 0., -1.",
      probe: mesh.node(at: [0, 25 * sin(edge), 25 * cos(edge)]))
    expect(try -problem.solve().z, target: 0.3024, within: 0.02)
  }

  /// T. Belytschko et al., 1985: 1.8248e-5 for unit loads. An eighth of the cylinder.
  @Test("the pinched cylinder with end diaphragms gives way by 1.8248e-5")
  func cylinder() throws {
    let mesh = BenchmarkMesh("C3D20R", cells: [16, 16, 1]) { place in
      let (radius, angle) = (300 + 3 * (place.z - 0.5), place.y * Double.pi / 2)
      return [300 * place.x, radius * sin(angle), radius * cos(angle)]
    }
    let top = mesh.node(at: [0, 0, 300])
    let problem = Problem(
      mesh: mesh, material: "*ELASTIC\n3E6, 0.3",
      fixed: [
        (mesh.nodes { $0.x > 300 - 1e-9 }, 2), (mesh.nodes { $0.x > 300 - 1e-9 }, 3),
        (mesh.nodes { $0.x < 1e-9 }, 1), (mesh.nodes { abs($0.y) < 1e-9 }, 2),
        (mesh.nodes { abs($0.z) < 1e-9 }, 3),
      ],
      load: "*CLOAD\n\(top), 3, -0.25", probe: top)
    expect(try -problem.solve().z, target: 1.8248e-5, within: 0.02)
  }

  /// MacNeal and Harder: 0.094 with the hole of 18°. A quarter, loaded outwards in x and inwards in y.
  @Test("the pinched hemisphere with a hole gives way by 0.094")
  func hemisphere() throws {
    let mesh = BenchmarkMesh("C3D20R", cells: [12, 12, 1]) { place in
      let radius = 10 + 0.04 * (place.z - 0.5)
      let (around, up) = (place.x * Double.pi / 2, place.y * 72 * Double.pi / 180)
      return radius * [cos(around) * cos(up), sin(around) * cos(up), sin(up)]
    }
    let (pulled, pushed) = (mesh.node(at: [10, 0, 0]), mesh.node(at: [0, 10, 0]))
    let problem = Problem(
      mesh: mesh, material: "*ELASTIC\n6.825E7, 0.3",
      fixed: [
        (mesh.nodes { abs($0.x) < 1e-9 }, 1), (mesh.nodes { abs($0.y) < 1e-9 }, 2),
        // One point carries the weightless shell.
        ([pulled], 3),
      ],
      load: "*CLOAD\n\(pulled), 1, 1.\n\(pushed), 2, -1.", probe: pulled)
    expect(try problem.solve().x, target: 0.094, within: 0.02)
  }
}

/// The same with the shells S8R, whole: a plane of symmetry would have to hold rotations, and a section whose
/// rotation is held is rigid, which in a curved shell of bricks is far too stiff, in CalculiX as well.
/// S4 and S8 lock: on these meshes they come to less than 96 % of the roof and 70 % of the others.
@Suite("shell obstacle course with S8R") struct ThinShellElementTests {
  @Test("the roof of S8R sinks by 0.3024 at the middle of its free edge")
  func roof() throws {
    let half = 40 * Double.pi / 180
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [12, 12, 1]) { place in
      let angle = (2 * place.y - 1) * half
      return [50 * place.x, 25 * sin(angle), 25 * cos(angle)]
    }
    let ends = mesh.nodes { $0.x < 1e-9 || $0.x > 50 - 1e-9 }
    let probe = mesh.node(at: [25, 25 * sin(half), 25 * cos(half)])
    let result = try Self.solve(
      mesh, "*ELASTIC\n4.32E8, 0.\n*DENSITY\n360.", thickness: 0.25,
      boundary: BenchmarkMesh.fixed(ends, 2...3)
        + BenchmarkMesh.fixed([mesh.node(at: [25, 0, 25])], 1...1),
      load: "*DLOAD\nEALL, GRAV, 1., 0., 0., -1.")
    expect(try -result.displacement(probe).z, target: 0.3024, within: 0.02)
  }

  @Test("the pinched cylinder of S8R gives way by 1.8248e-5")
  func cylinder() throws {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [20, 40, 1]) { place in
      let angle = 2 * Double.pi * place.y
      return [600 * place.x, 300 * sin(angle), 300 * cos(angle)]
    }
    let ends = mesh.nodes { $0.x < 1e-7 || $0.x > 600 - 1e-7 }
    let (top, bottom) = (mesh.node(at: [300, 0, 300]), mesh.node(at: [300, 0, -300]))
    let result = try Self.solve(
      mesh, "*ELASTIC\n3E6, 0.3", thickness: 3,
      boundary: BenchmarkMesh.fixed(ends, 2...3) + BenchmarkMesh.fixed([top], 1...2)
        + BenchmarkMesh.fixed([bottom], 1...1),
      load: "*CLOAD\n\(top), 3, -1.\n\(bottom), 3, 1.")
    expect(try -result.displacement(top).z, target: 1.8248e-5, within: 0.02)
  }

  @Test("the pinched hemisphere of S8R gives way by 0.094")
  func hemisphere() throws {
    let mesh = BenchmarkMesh("S8R", .quadrilateral, cells: [32, 8, 1]) { place in
      let (around, up) = (2 * Double.pi * place.x, place.y * 72 * Double.pi / 180)
      return 10 * [cos(around) * cos(up), sin(around) * cos(up), sin(up)]
    }
    let sides: [SIMD3<Double>] = [[10, 0, 0], [0, 10, 0], [-10, 0, 0], [0, -10, 0]]
    let at = sides.map { mesh.node(at: $0) }
    let result = try Self.solve(
      mesh, "*ELASTIC\n6.825E7, 0.3", thickness: 0.04,
      boundary: BenchmarkMesh.fixed([at[0], at[2]], 2...3) + BenchmarkMesh.fixed([at[1]], 1...1)
        + BenchmarkMesh.fixed([at[1]], 3...3),
      // Twice the quarter's.
      load: "*CLOAD\n\(at[0]), 1, 2.\n\(at[2]), 1, -2.\n\(at[1]), 2, -2.\n\(at[3]), 2, 2.")
    expect(try result.displacement(at[0]).x, target: 0.094, within: 0.02)
  }

  private static func solve(
    _ mesh: BenchmarkMesh, _ material: String, thickness: Double, boundary: String, load: String
  ) throws -> BenchmarkResult {
    try BenchmarkResult(
      mesh.text + """
        *MATERIAL, NAME=M
        \(material)
        *SHELL SECTION, ELSET=EALL, MATERIAL=M
        \(thickness)
        *BOUNDARY
        \(boundary)*STEP
        *STATIC
        \(load)
        *NODE PRINT, NSET=NALL
        U
        *END STEP

        """)
  }
}
