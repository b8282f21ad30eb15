import LinearAlgebra
import Testing

@testable import FiniteElements

/// What the inner modes of C3D8I are for.
@Suite("incompatible modes") struct BendingTests {
  static let tolerance = 1e-9

  @Test("one row of elements bends as a beam", arguments: [1, 5])
  func pureBending(_ count: Int) throws {
    // Without Poisson's effect a beam of length L under end moments has u = kappa x z and
    // w = -kappa x² / 2 exactly.
    let law = Elasticity.isotropic(young: 1000, poisson: 0)
    let mesh = Bodies.brick(.c3d8i, cells: [count, 1, 1], size: [10, 1, 2]) { $0 - [0, 0, 1] }
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
    for node in 0..<mesh.nodeCount where mesh.position(of: node).x == 10 {
      // Stress z on the end: a third on each edge, half of it at each node.
      let force = mesh.position(of: node).z / 6
      step.forces.append(PointLoad(freedom: 3 * node, value: force))
    }
    let result = try Bodies.solve(Bodies.deck(mesh, law, steps: [step]))
    for node in 0..<mesh.nodeCount {
      let place = mesh.position(of: node)
      let exact = SIMD3(place.x * place.z, 0, -place.x * place.x / 2) / 1000
      for direction in 0..<3 {
        #expect(abs(result.displacements[3 * node + direction] - exact[direction]) < Self.tolerance)
      }
    }
    for (point, stress) in stride(from: 0, to: result.fields.stress.count, by: 6).enumerated() {
      let z = mesh.position(ofPoint: point % 8, of: point / 8).z
      #expect(abs(result.fields.stress[stress] - z) < Self.tolerance)
      #expect(abs(result.fields.stress[stress + 4]) < Self.tolerance)
    }
  }

  @Test("inner modes add no mass to a translation")
  func mass() {
    let mesh = PatchTests.cube(.c3d8i)
    let deck = Bodies.deck(mesh, steps: [])
    let operation = MassOperator(deck)
    let workspace = operation.makeWorkspace()
    let matrix = Buffer(repeating: 0.0, count: 24 * 24)
    var masses = [0.0, 0, 0]
    for element in 0..<mesh.elementCount {
      let isValid = operation.fill(element, workspace, into: matrix.view)
      #expect(isValid)
      for row in 0..<24 {
        for column in 0..<24 where row % 3 == column % 3 {
          masses[row % 3] += matrix.view[24 * row + column]
        }
      }
    }
    for mass in masses { #expect(abs(mass / 7.8e-9 - 1) < Self.tolerance) }
  }
}
