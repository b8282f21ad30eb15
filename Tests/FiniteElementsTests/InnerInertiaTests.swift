import Testing

@testable import FiniteElements

/// Vibrations of the hexahedron with inner modes.
@Suite("inertia of inner modes") struct InnerInertiaTests {
  private static let (lambda, mu) = (3.0, 2.0)
  /// That of the test bodies.
  private static let density = 7.8e-9

  /// Stiffness and mass of the unit cube with its nodes and bubbles as 11 nodes: integrals over
  /// 2 x 2 x 2 points, K[i, j] = lambda g_i h_j + mu g_j h_i + mu delta_ij g · h.
  private static func cube() -> (stiffness: [[Double]], mass: [[Double]]) {
    var stiffness = [[Double]](repeating: [Double](repeating: 0, count: 33), count: 33)
    var mass = stiffness
    for rule in Quadrature.hexahedron(2) {
      let at = rule.position
      // The reference cube has the edge 2.
      var gradients = Hex8.gradient(at: at).map { 2 * $0 }
      var basis = Hex8.basis(at: at)
      for axis in 0..<3 {
        var gradient = SIMD3<Double>()
        gradient[axis] = -4 * at[axis]
        gradients.append(gradient)
        basis.append(1 - at[axis] * at[axis])
      }
      for a in 0..<11 {
        for b in 0..<11 {
          let (g, h) = (gradients[a], gradients[b])
          for i in 0..<3 {
            for j in 0..<3 {
              let shear = mu * g[j] * h[i] + (i == j ? mu * (g * h).sum() : 0)
              stiffness[3 * a + i][3 * b + j] += (lambda * g[i] * h[j] + shear) / 8
            }
            mass[3 * a + i][3 * b + i] += density * basis[a] * basis[b] / 8
          }
        }
      }
    }
    return (stiffness, mass)
  }

  /// The smallest eigenvalue of the freedoms `free`, by inverse iteration with Gauss's elimination.
  private static func smallest(_ free: [Int]) -> Double {
    let (stiffness, mass) = cube()
    var vector = free.indices.map { 1 + Double($0 % 5) }
    var eigenvalue = 0.0
    for _ in 0..<200 {
      let right = free.map { row in
        zip(free, vector).reduce(0) { $0 + mass[row][$1.0] * $1.1 }
      }
      let solved = eliminate(free.map { row in free.map { stiffness[row][$0] } }, right)
      eigenvalue = zip(right, vector).reduce(0) { $0 + $1.0 * $1.1 }
      eigenvalue /= zip(right, solved).reduce(0) { $0 + $1.0 * $1.1 }
      let size = solved.map(abs).max() ?? 1
      vector = solved.map { $0 / size }
    }
    return eigenvalue
  }

  private static func eliminate(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (matrix, right) = (matrix, right)
    for pivot in matrix.indices {
      for row in matrix.indices where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot..<matrix.count { matrix[row][column] -= factor * matrix[pivot][column] }
        right[row] -= factor * right[pivot]
      }
    }
    return matrix.indices.map { right[$0] / matrix[$0][$0] }
  }

  @Test("a cube held at one face vibrates as if its inner modes were unknowns")
  func cubeFrequency() throws {
    let mesh = Bodies.brick(.c3d8i, cells: [1, 1, 1], size: [1, 1, 1])
    let young = Self.mu * (3 * Self.lambda + 2 * Self.mu) / (Self.lambda + Self.mu)
    let poisson = Self.lambda / 2 / (Self.lambda + Self.mu)
    let deck = Bodies.deck(
      mesh, .isotropic(young: young, poisson: poisson),
      steps: [ModeTests.frequency(ModeTests.held(mesh), count: 11)])
    let found = try Decks.solve(deck).3.eigenvalues
    // Hex8's corners at xi = -1 are held.
    let free = (0..<33).filter { $0 >= 24 || Hex8.nodes[$0 / 3].x > 0 }
    let exact = Self.smallest(free)
    // The series of the inner motion is cut after two terms. Statically condensed modes are 22 % off.
    #expect(abs(found[0] / exact - 1) < 0.003)
  }
}
