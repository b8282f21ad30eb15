import Glibc
import Testing

@testable import FiniteElements

/// NAFEMS' thermal benchmarks; targets as the Altair OptiStruct verification manual, Code_Aster (V4.05.300) and
/// MOOSE list them. T2's follows from its balance of heat as well, T1's from the thick-walled disc.
@Suite("NAFEMS thermal benchmarks") struct NafemsThermalTests {
  static func bar(_ cells: Int) -> BenchmarkMesh {
    BenchmarkMesh("C3D20", cells: [cells, 1, 1]) { [0.1 * $0.x, 0.01 * $0.y, 0.01 * $0.z] }
  }

  /// σ = α E T / 2 beside a hot disc in a large cold plate; the free outer edge at ten radii adds 1 %.
  @Test("T1: the stress beside the hot spot is 50 MPa")
  func hotSpot() throws {
    var mesh = BenchmarkMesh("CPS8", .quadrilateral)
    // The disc: a bulging square about the centre and two blocks around it; the plate: two blocks.
    let (half, inner) = (0.5, 0.42)
    mesh.add(cells: [4, 4, 1]) { place in
      place * (inner + (half - inner) * (1 - max(place.x, place.y)))
    }
    func ring(
      _ from: @escaping (Double) -> SIMD3<Double>, _ to: @escaping (Double) -> SIMD3<Double>
    )
      -> (SIMD3<Double>) -> SIMD3<Double>
    {
      { place in from(place.y) + (to(place.y) - from(place.y)) * place.x }
    }
    func square(_ upper: Bool) -> (Double) -> SIMD3<Double> {
      { s in upper ? inner * [1 - s, 1, 0] : inner * [1, s, 0] }
    }
    func arc(_ upper: Bool) -> (Double) -> SIMD3<Double> {
      { s in
        let angle = (upper ? 1 + s : s) * Double.pi / 4
        return [cos(angle), sin(angle), 0]
      }
    }
    func edge(_ upper: Bool) -> (Double) -> SIMD3<Double> {
      { s in upper ? [10 * (1 - s), 10, 0] : [10, 10 * s, 0] }
    }
    for upper in [false, true] {
      mesh.add(cells: [4, 4, 1], map: ring(square(upper), arc(upper)))
    }
    for upper in [false, true] {
      // Nodes of its own on the circle, so that stresses are not averaged across it; cells grow outwards.
      mesh.add(cells: [8, 4, 1], part: 1) { place in
        let outward = (pow(10, place.x) - 1) / 9
        return ring(arc(upper), edge(upper))([outward, place.y, 0])
      }
    }
    let onCircle = { (place: SIMD3<Double>) in
      abs((place * place).sum() - 1) < 1e-6
    }
    let spot = Set((0..<3).flatMap { mesh.elements(block: $0) }.flatMap { mesh.elements[$0 - 1] })
    let inside = mesh.nodes(where: onCircle).filter { spot.contains($0) }
    let outside = mesh.nodes(where: onCircle).filter { !spot.contains($0) }
    #expect(inside.count == outside.count)
    let ties = outside.map { node -> String in
      let partner = inside.min {
        let (a, b) = (
          mesh.nodes[$0 - 1] - mesh.nodes[node - 1], mesh.nodes[$1 - 1] - mesh.nodes[node - 1]
        )
        return (a * a).sum() < (b * b).sum()
      }
      return [1, 2].map { "*EQUATION\n2\n\(node), \($0), 1., \(partner ?? 0), \($0), -1.\n" }
        .joined()
    }
    let bound = Set(outside)
    let result = try BenchmarkResult(
      mesh.text
        + BenchmarkMesh.set("ELSET", "SPOT", (0..<3).flatMap { mesh.elements(block: $0) })
        + BenchmarkMesh.set("ELSET", "PLATE", (3..<5).flatMap { mesh.elements(block: $0) })
          + """
          *MATERIAL, NAME=HOT
          *ELASTIC
          100E3, 0.3
          *EXPANSION
          1E-5
          *MATERIAL, NAME=COLD
          *ELASTIC
          100E3, 0.3
          *EXPANSION
          0.
          *SOLID SECTION, ELSET=SPOT, MATERIAL=HOT
          1.
          *SOLID SECTION, ELSET=PLATE, MATERIAL=COLD
          1.
          *INITIAL CONDITIONS, TYPE=TEMPERATURE
          NALL, 0.
          \(ties.joined())*BOUNDARY
          \(BenchmarkMesh.fixed(mesh.nodes { abs($0.x) < 1e-9 }.filter { !bound.contains($0) }, 1...1))\
          \(BenchmarkMesh.fixed(mesh.nodes { abs($0.y) < 1e-9 }.filter { !bound.contains($0) }, 2...2))\
          *STEP
          *STATIC
          *TEMPERATURE
          NALL, 100.
          *EL FILE
          S
          *END STEP

          """)
    let corner = try #require(outside.first { abs(mesh.nodes[$0 - 1].y) < 1e-9 })
    expect(try result.stress(corner)[1], target: 50, within: 0.02)
  }

  /// k (1000 - T) / L = ε σ (T⁴ - 300⁴) gives 927.0.
  @Test("T2: the radiating end of a bar has 927.0 K")
  func radiation() throws {
    let mesh = Self.bar(10)
    let end = mesh.nodes { $0.x > 0.1 - 1e-9 }
    let result = try BenchmarkResult(
      mesh.text + BenchmarkMesh.set("NSET", "END", end) + """
        *PHYSICAL CONSTANTS, ABSOLUTE ZERO=0., STEFAN BOLTZMANN=5.67E-8
        *MATERIAL, NAME=M
        *CONDUCTIVITY
        55.563
        *SOLID SECTION, ELSET=EALL, MATERIAL=M
        *INITIAL CONDITIONS, TYPE=TEMPERATURE
        NALL, 1000.
        *STEP
        *HEAT TRANSFER, STEADY STATE
        *BOUNDARY
        \(mesh.nodes { $0.x < 1e-9 }.map { "\($0), 11, 11, 1000.\n" }.joined())*RADIATE
        \(mesh.elements(axis: 0, layer: -1).map { "\($0), R4, 300., 0.98\n" }.joined())\
        *NODE PRINT, NSET=END
        NT
        *END STEP

        """)
    for node in end {
      expect(try #require(result.temperatures[node]), target: 927.0, within: 1e-3)
    }
  }

  /// Target as P. Krysl's FinEtools and MOOSE list it.
  @Test("T3: the bar with a swinging end has 36.60 °C at 32 s")
  func transient() throws {
    let mesh = Self.bar(20)
    let probe = mesh.node(at: [0.08, 0, 0])
    let wave = (0...64).map { "\(0.5 * Double($0)), \(sin(Double.pi * 0.5 * Double($0) / 40))" }
    let result = try BenchmarkResult(
      mesh.text + BenchmarkMesh.set("NSET", "PROBE", [probe]) + """
        *AMPLITUDE, NAME=WAVE
        \(wave.joined(separator: "\n"))
        *MATERIAL, NAME=M
        *CONDUCTIVITY
        35.
        *SPECIFIC HEAT
        440.5
        *DENSITY
        7200.
        *SOLID SECTION, ELSET=EALL, MATERIAL=M
        *INITIAL CONDITIONS, TYPE=TEMPERATURE
        NALL, 0.
        *STEP, INC=1000
        *HEAT TRANSFER, DIRECT
        0.1, 32.
        *BOUNDARY
        \(mesh.nodes { $0.x < 1e-9 }.map { "\($0), 11, 11, 0.\n" }.joined())\
        *BOUNDARY, AMPLITUDE=WAVE
        \(mesh.nodes { $0.x > 0.1 - 1e-9 }.map { "\($0), 11, 11, 100.\n" }.joined())\
        *NODE PRINT, NSET=PROBE, FREQUENCY=1000
        NT
        *END STEP

        """)
    expect(try #require(result.temperatures[probe]), target: 36.60, within: 0.01)
  }

  @Test("T4: the plate with convection has 18.25 °C at E")
  func convection() throws {
    let mesh = BenchmarkMesh("C3D20", cells: [12, 20, 1]) { [0.6 * $0.x, $0.y, 0.05 * $0.z] }
    let probe = mesh.node(at: [0.6, 0.2, 0])
    let films =
      mesh.elements(axis: 0, layer: -1).map { "\($0), F4, 0., 750.\n" }
      + mesh.elements(axis: 1, layer: -1).map { "\($0), F5, 0., 750.\n" }
    let result = try BenchmarkResult(
      mesh.text + BenchmarkMesh.set("NSET", "PROBE", [probe]) + """
        *MATERIAL, NAME=M
        *CONDUCTIVITY
        52.
        *SOLID SECTION, ELSET=EALL, MATERIAL=M
        *INITIAL CONDITIONS, TYPE=TEMPERATURE
        NALL, 0.
        *STEP
        *HEAT TRANSFER, STEADY STATE
        *BOUNDARY
        \(mesh.nodes { $0.y < 1e-9 }.map { "\($0), 11, 11, 100.\n" }.joined())*FILM
        \(films.joined())*NODE PRINT, NSET=PROBE
        NT
        *END STEP

        """)
    expect(try #require(result.temperatures[probe]), target: 18.25, within: 0.01)
  }

  /// The temperature is r + z.
  @Test(
    "LE11: the heated cylinder, taper and sphere have the stress -105 MPa at A",
    arguments: ["CAX8", "CAX8R"])
  func heatedBody(_ type: String) throws {
    // Stations along the meridian: angles on both spheres, then points on the inner and outer surface.
    func section(_ place: SIMD3<Double>) -> SIMD3<Double> {
      func arc(_ radius: Double, _ degrees: Double) -> SIMD3<Double> {
        let angle = degrees * Double.pi / 180
        return [radius * cos(angle), radius * sin(angle), 0]
      }
      func between(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ s: Double) -> SIMD3<Double> {
        a + (b - a) * s
      }
      let half = 0.5.squareRoot()
      let at = 5 * place.y
      let inner: SIMD3<Double> =
        at <= 3
        ? arc(1, 15 * at)
        : at <= 4
          ? between([half, half, 0], [half, 1.39, 0], at - 3)
          : between([half, 1.39, 0], [half, 1.79, 0], at - 4)
      let outer: SIMD3<Double> =
        at <= 2
        ? arc(1.4, 15 * at)
        : at <= 4
          ? between(arc(1.4, 30), [1, 1.39, 0], (at - 2) / 2)
          : between([1, 1.39, 0], [1, 1.79, 0], at - 4)
      return between(inner, outer, place.x)
    }
    let mesh = BenchmarkMesh(type, .quadrilateral, cells: [12, 45, 1], map: section)
    let probe = mesh.node(at: [1, 0, 0])
    let heat = mesh.nodes.enumerated().map { "\($0 + 1), \($1.x + $1.y)\n" }
    let ends = mesh.nodes { $0.y < 1e-9 || $0.y > 1.79 - 1e-9 }
    let result = try BenchmarkResult(
      mesh.text + NafemsStaticTests.steel + """
        *EXPANSION
        2.3E-4
        *SOLID SECTION, ELSET=EALL, MATERIAL=STEEL
        *INITIAL CONDITIONS, TYPE=TEMPERATURE
        NALL, 0.
        *BOUNDARY
        \(BenchmarkMesh.fixed(ends, 2...2))\
        *STEP
        *STATIC
        *TEMPERATURE
        \(heat.joined())*EL FILE
        S
        *END STEP

        """)
    expect(try result.stress(probe)[1], target: -105e6, within: 0.01, type)
  }
}
