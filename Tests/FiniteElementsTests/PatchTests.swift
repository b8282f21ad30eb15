import Testing

@testable import FiniteElements

@Suite("patch test and rigid bodies") struct PatchTests {
  /// Relative error of rounding that a correct element stays far below.
  static let tolerance = 1e-10

  /// The inner nodes of the unit cube in [MacNeal, Harder 1985, Finite Elem. Anal. Des. 1, fig. 2].
  static let inner: [SIMD3<Double>] = [
    [0.249, 0.342, 0.192], [0.826, 0.288, 0.288], [0.850, 0.649, 0.263], [0.273, 0.750, 0.230],
    [0.320, 0.186, 0.643], [0.677, 0.305, 0.683], [0.788, 0.693, 0.644], [0.165, 0.745, 0.702],
  ]

  /// Seven distorted hexahedra: the inner one and one between it and each face of the cube.
  ///
  /// Wedges, whose triangles could not meet there, fill eight hexahedra about a displaced centre.
  static func cube(_ kind: ElementKind) -> Mesh {
    guard kind.cornerCount != 6 else {
      return Bodies.brick(kind, cells: [2, 2, 2], size: [1, 1, 1]) { place in
        place.x * (1 - place.x) * place.y * (1 - place.y) * place.z * (1 - place.z) == 0
          ? place : inner[0] + 0.2
      }
    }
    let outer = Hex8.nodes.map { ($0 + 1) / 2 }
    var builder = MeshBuilder()
    builder.add(kind, hexahedron: inner)
    for face in Hex8.faces {
      builder.add(kind, hexahedron: face.map { outer[$0] } + face.map { inner[$0] })
    }
    return builder.mesh
  }

  /// u = 1e-3 (2x + y + z)/2, v = 1e-3 (x + 2y + z)/2, w = 1e-3 (x + y + 2z)/2 [same, table 1].
  static func linearField(_ place: SIMD3<Double>) -> SIMD3<Double> {
    1e-3 * (place + place.sum()) / 2
  }

  static func isOnCube(_ place: SIMD3<Double>) -> Bool {
    (0..<3).contains { abs(place[$0]) < 1e-12 || abs(place[$0] - 1) < 1e-12 }
  }

  @Test(
    "a distorted cube under MacNeal and Harder's linear field has their uniform stress",
    arguments: ElementKind.solids)
  func patch(_ kind: ElementKind) throws {
    let mesh = Self.cube(kind)
    let law = Elasticity.isotropic(young: 1e6, poisson: 0.25)
    let step = Bodies.step(
      mesh, isHeld: { Self.isOnCube(mesh.position(of: $0)) }, Self.linearField)
    let result = try Bodies.solve(Bodies.deck(mesh, law, steps: [step]))
    for node in 0..<mesh.nodeCount {
      let exact = Self.linearField(mesh.position(of: node))
      for direction in 0..<3 {
        let error = abs(result.displacements[3 * node + direction] - exact[direction])
        #expect(error < Self.tolerance * 2e-3)
      }
    }
    let exact: [Double] = [2000, 2000, 2000, 400, 400, 400]
    for (index, value) in result.fields.stress.enumerated() {
      #expect(abs(value - exact[index % 6]) < Self.tolerance * 2000)
    }
    let volume = result.fields.volumes.reduce(0, +)
    #expect(abs(volume - 1) < Self.tolerance)
  }

  @Test(
    "moving as a rigid body costs no energy", arguments: ElementKind.solids,
    [
      { _ in [1, 0, 0] }, { _ in [0, 1, 0] }, { _ in [0, 0, 1] },
      { [0, -$0.z, $0.y] }, { [$0.z, 0, -$0.x] }, { [-$0.y, $0.x, 0] },
    ] as [@Sendable (SIMD3<Double>) -> SIMD3<Double>])
  func rigidBody(
    _ kind: ElementKind, _ motion: @Sendable (SIMD3<Double>) -> SIMD3<Double>
  ) throws {
    let mesh = Self.cube(kind)
    let step = Bodies.step(mesh, isHeld: { Self.isOnCube(mesh.position(of: $0)) }, motion)
    let result = try Bodies.solve(Bodies.deck(mesh, steps: [step]))
    let largest = result.fields.stress.map(abs).max() ?? 0
    #expect(largest < Self.tolerance * 210_000)
  }

  // The hourglass control takes another modulus for an anisotropic law.
  @Test(
    "an anisotropic law that is isotropic gives the same",
    arguments: ElementKind.solids.filter { $0.formulation != .uniformStrain })
  func generalLaw(_ kind: ElementKind) throws {
    let mesh = Self.cube(kind)
    let constants = Elasticity.isotropic(young: 1000, poisson: 0.2)
    // The general path is taken when one constant differs by more than rounding.
    var matrix = constants.matrix
    matrix[35] *= 1 + 1e-11
    let step = Bodies.step(mesh, isHeld: { Self.isOnCube(mesh.position(of: $0)) }) {
      [$0.x * $0.y, $0.z * $0.z, 0.1 * $0.x]
    }
    let one = try Bodies.solve(Bodies.deck(mesh, constants, steps: [step]))
    let other = try Bodies.solve(Bodies.deck(mesh, Elasticity(matrix: matrix), steps: [step]))
    for (a, b) in zip(one.displacements, other.displacements) { #expect(abs(a - b) < 1e-9) }
  }
}
