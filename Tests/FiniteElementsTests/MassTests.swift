import LinearAlgebra
import Testing

@testable import FiniteElements

@Suite("mass") struct MassTests {
  @Test(
    "the mass matrix moves the whole mass, by either rule",
    arguments: ElementKind.solids, [MassOperator.Rule.stiffness, .exact])
  func total(_ kind: ElementKind, _ rule: MassOperator.Rule) {
    let mesh = Bodies.brick(kind, cells: [1, 1, 1], size: [2, 3, 0.5])
    let deck = Bodies.deck(mesh, steps: [])
    let mass = MassOperator(deck, rule: rule)
    let workspace = mass.makeWorkspace()
    let block = Buffer(repeating: 0.0, count: 3600)
    var total = SIMD3<Double>()
    for element in 0..<mesh.elementCount {
      #expect(mass.fill(element, workspace, into: block.view))
      let count = 3 * kind.nodeCount
      for row in 0..<count {
        for column in 0..<count where row % 3 == column % 3 {
          total[row % 3] += block.view[count * row + column]
        }
      }
    }
    for direction in 0..<3 { #expect(abs(total[direction] - 3 * 7.8e-9) < 1e-20) }
  }

  @Test(
    "tetrahedra, wedges and hexahedra with inner modes have one mass, by either rule",
    arguments: [ElementKind.c3d4, .c3d6, .c3d8i, .bubble, .c3d10, .c3d15])
  func sameRule(_ kind: ElementKind) {
    #expect(kind.massQuadrature.map(\.position) == kind.quadrature.map(\.position))
  }

  /// Velocities along hourglass vectors vanish at the centre, where the whole mass is.
  @Test("what first accelerations add to the mass holds hourglass motions with eight controls")
  func hourglassAtStart() throws {
    let deck = Bodies.deck(Bodies.brick(.c3d8r, cells: [1, 1, 1], size: [2, 1, 3]), steps: [])
    let system = try LinearSystem(deck, components: 3, constraints: [], prescribed: [])
    let matrices = try DynamicMatrices(deck, nil, system, [], Observer())
    var motion = [Double](repeating: 0, count: 24)
    for (place, node) in deck.mesh.nodes(of: 0).enumerated() {
      let at = Hex8.nodes[place]
      motion[3 * node + 2] = at.x * at.y
    }
    let unknowns = system.unknowns(of: motion)
    func energy(_ matrix: SymmetricMatrix) -> Double {
      zip(unknowns, matrix.multiplied(by: unknowns)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let control = energy(matrices.stiffness)
    #expect(abs(energy(matrices.mass)) < 1e-20)
    #expect(abs(energy(try matrices.starting(stiffnessFactor: 0.25)) / control - 2) < 1e-9)
  }
}
