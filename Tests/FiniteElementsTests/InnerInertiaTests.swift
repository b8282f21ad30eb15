import Glibc
import Testing

@testable import FiniteElements

/// Vibrations, buckling and motions in time of the hexahedron with inner modes, beside a unit cube whose
/// modes are unknowns of the test's own matrices.
@Suite("motions of inner modes") struct InnerInertiaTests {
  /// Poisson's ratio is zero, so that a push along x is the only stress.
  private static let (lambda, mu) = (0.0, 2.0)
  /// That of the test bodies.
  private static let density = 7.8e-9

  private typealias Matrix = [[Double]]
  private static let none = Matrix(repeating: [Double](repeating: 0, count: 33), count: 33)

  /// Stiffness, mass and geometric stiffness of the unit cube with its nodes and bubbles as 11 nodes:
  /// integrals over 2 x 2 x 2 points, K[i, j] = lambda g_i h_j + mu g_j h_i + mu delta_ij g · h, and
  /// G[i, i] = -g_x h_x for a unit of pressure along x.
  private static func cube() -> (stiffness: Matrix, mass: Matrix, geometric: Matrix) {
    var (stiffness, mass, geometric) = (none, none, none)
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
            geometric[3 * a + i][3 * b + i] -= g.x * h.x / 8
          }
        }
      }
    }
    return (stiffness, mass, geometric)
  }

  /// Hex8's corners at xi = -1 are held.
  private static let free = (0..<33).filter { $0 >= 24 || Hex8.nodes[$0 / 3].x > 0 }

  private static func part(_ matrix: Matrix) -> Matrix {
    free.map { row in free.map { matrix[row][$0] } }
  }

  /// The smallest eigenvalue of A x = lambda B x for the free freedoms, by inverse iteration with Gauss's
  /// elimination.
  private static func smallest(_ a: Matrix, _ b: Matrix) -> Double {
    let (a, b) = (part(a), part(b))
    var vector = free.indices.map { 1 + Double($0 % 5) + Double($0 % 3) / 10 }
    var eigenvalue = 0.0
    for _ in 0..<400 {
      let right = multiply(b, vector)
      let solved = eliminate(a, right)
      eigenvalue = zip(right, vector).reduce(0) { $0 + $1.0 * $1.1 }
      eigenvalue /= zip(right, solved).reduce(0) { $0 + $1.0 * $1.1 }
      let size = solved.map(abs).max() ?? 1
      vector = solved.map { $0 / size }
    }
    return eigenvalue
  }

  private static func multiply(_ matrix: Matrix, _ vector: [Double]) -> [Double] {
    matrix.map { zip($0, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static func eliminate(_ matrix: Matrix, _ right: [Double]) -> [Double] {
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

  private static let mesh = Bodies.brick(.c3d8i, cells: [1, 1, 1], size: [1, 1, 1])

  private static func solve(_ step: Step) throws -> (summary: Summary, dat: String) {
    let deck = Bodies.deck(mesh, .isotropic(young: 2 * mu, poisson: 0), steps: [step])
    let solved = try Decks.solve(deck)
    return (solved.3, solved.dat)
  }

  @Test("a cube held at one face vibrates as if its inner modes were unknowns")
  func vibration() throws {
    let step = ModeTests.frequency(ModeTests.held(Self.mesh), count: 11)
    let (stiffness, mass, _) = Self.cube()
    let exact = Self.smallest(stiffness, mass)
    #expect(abs(try Self.solve(step).summary.eigenvalues[0] / exact - 1) < 1e-7)
  }

  @Test("a cube held at one face buckles as if its inner modes were unknowns")
  func buckling() throws {
    var step = Step(number: 1, place: Place(file: "test.inp", line: 1))
    step.prescribed = ModeTests.held(Self.mesh)
    step.procedure = .buckling(BucklingRequest(count: 2))
    step.distributed = [
      DistributedLoad(kind: .pressure(face: 3), magnitude: 1, elements: [0])
    ]
    let (stiffness, _, geometric) = Self.cube()
    let exact = Self.smallest(stiffness, geometric.map { $0.map { -$0 } })
    #expect(abs(try Self.solve(step).summary.bucklingFactors[0] / exact - 1) < 1e-7)
  }

  @Test("in time the inner modes of a cube have inertia of their own")
  func inTime() throws {
    var request = DynamicRequest()
    request.increments = TimeIncrements(initial: 1e-5, isFixed: true)
    var step = Step(number: 1, place: Place(file: "test.inp", line: 1))
    step.prescribed = ModeTests.held(Self.mesh)
    step.procedure = .dynamic(request)
    (step.period, step.endTime, step.loadCourse) = (1e-5, 1e-5, .ramp)
    let end = (0..<8).filter { Self.mesh.position(of: $0).x > 0.5 }
    step.forces = end.map { PointLoad(freedom: 3 * $0 + 2, value: 1) }
    step.nodePrints = [
      NodePrint(setName: "END", nodes: end, quantities: [.displacement], totals: .no)
    ]
    let newmark = Newmark(alpha: request.alpha)
    let share = (1 + newmark.alpha) * newmark.beta * 1e-10
    let (stiffness, mass, _) = Self.cube()
    let matrix = (0..<33).map { row in
      (0..<33).map { mass[row][$0] + share * stiffness[row][$0] }
    }
    let load = Self.free.map { $0 < 24 && $0 % 3 == 2 ? 1 + newmark.alpha : 0.0 }
    let accelerations = Self.eliminate(Self.part(matrix), load)
    let rows = try Self.solve(step).dat.split(separator: "\n").suffix(4)
    for row in rows {
      let numbers = row.split(separator: " ").compactMap { Double($0) }
      let node = Int(numbers[0]) - 1
      let corner = try #require(
        Array(Self.mesh.nodes(of: 0)).firstIndex(of: node))
      let place = try #require(Self.free.firstIndex(of: 3 * corner + 2))
      let exact = newmark.beta * 1e-10 * accelerations[place]
      #expect(abs(numbers[3] / exact - 1) < 1e-6)
    }
  }

  /// A cantilever of four elements under 0.9 and under twice its buckling load.
  @Test(
    "a column near its buckling load yields to a side load as beam theory says, beyond it is refused"
  )
  func perturbation() throws {
    let mesh = Bodies.brick(.c3d8i, cells: [4, 1, 1], size: [8, 0.5, 0.4])
    let end = (0..<mesh.nodeCount).filter { mesh.position(of: $0).x > 7.9 }
    func step(_ number: Int, _ direction: Int, _ force: Double) -> Step {
      var step = Step(number: number, place: Place(file: "test.inp", line: number))
      step.prescribed = ModeTests.held(mesh)
      step.forces = end.map { PointLoad(freedom: 3 * $0 + direction, value: force / 4) }
      step.nodePrints = [
        NodePrint(setName: "END", nodes: end, quantities: [.displacement], totals: .no)
      ]
      return step
    }
    func solve(_ steps: [Step]) throws -> (summary: Summary, rise: Double) {
      let deck = Bodies.deck(mesh, .isotropic(young: 210_000, poisson: 0), steps: steps)
      let solved = try Decks.solve(deck)
      let last = solved.dat.split(separator: "\n").last ?? ""
      return (solved.3, last.split(separator: " ").compactMap { Double($0) }.last ?? 0)
    }
    var buckling = step(1, 0, -1)
    buckling.procedure = .buckling(BucklingRequest(count: 1))
    let limit = try solve([buckling]).summary.bucklingFactors[0]
    var side = step(2, 2, 1e-3)
    side.isPerturbation = true
    let alone = try solve([step(1, 2, 1e-3)]).rise
    let loaded = try solve([step(1, 0, -0.9 * limit), side]).rise
    // 3 (tan u - u) / u³ with u = pi / 2 times the square root of the load's share [Timoshenko, Gere].
    let u = 0.9.squareRoot() * .pi / 2
    #expect(abs(loaded / alone / (3 * (tan(u) - u) / (u * u * u)) - 1) < 0.03)
    #expect(throws: AnalysisError.unstableState(side.place)) {
      _ = try solve([step(1, 0, -2 * limit), side])
    }
  }
}
