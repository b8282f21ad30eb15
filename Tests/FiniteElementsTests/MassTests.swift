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

  @Test("fifteen points integrate polynomials of degree five over a tetrahedron")
  func tetrahedron() {
    let points = Quadrature.tetrahedron15
    // x^a y^b z^c over the unit tetrahedron is a! b! c! / (a + b + c + 3)!.
    func factorial(_ n: Int) -> Double { (1...max(n, 1)).reduce(1) { $0 * Double($1) } }
    func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * x } }
    for a in 0...5 {
      for b in 0...(5 - a) {
        for c in 0...(5 - a - b) {
          let sum = points.reduce(0) {
            $0 + $1.weight * power($1.position.x, a) * power($1.position.y, b)
              * power($1.position.z, c)
          }
          let exact = factorial(a) * factorial(b) * factorial(c) / factorial(a + b + c + 3)
          #expect(abs(sum - exact) < 1e-15)
        }
      }
    }
  }
}
