import Glibc
import LinearAlgebra
import Testing

@testable import FiniteElements

/// What must hold for every solid element.
@Suite("solid elements") struct ElementFamilyTests {
  /// Pivots below this share of the largest count as zero; those of a sound mesh lie far above.
  static let pivotTolerance = 1e-10

  @Test(
    "a mesh that is not held has exactly six motions without energy",
    arguments: ElementKind.solids)
  func rigidBodyModes(_ kind: ElementKind) {
    // Elements that miss deformations when alone hold each other in a mesh.
    let mesh =
      kind.isReduced
      ? Bodies.brick(kind, cells: [2, 2, 2], size: [1, 1, 1], shape: Self.skewed)
      : Mesh(
        nodeLabels: Array(1...kind.nodeCount),
        coordinates: kind.reference.nodes.flatMap { place -> [Double] in
          let moved = Self.skewed(place)
          return [moved.x, moved.y, moved.z]
        }, elementLabels: [1], elementKinds: [kind], connectivity: Array(0..<kind.nodeCount))
    let matrix = Self.stiffnessMatrix(mesh)
    #expect(Self.nullity(matrix, order: 3 * mesh.nodeCount) == 6)
  }

  @Test("an hourglass mode costs energy", arguments: [1.0, 2.0])
  func hourglass(_ size: Double) {
    let mesh = Bodies.brick(.c3d8r, cells: [1, 1, 1], size: [size, size, size])
    #expect(Self.nullity(Self.stiffnessMatrix(mesh), order: 24) == 6)
  }

  @Test(
    "errors fall with the order of the shape functions: one more in displacement than in energy",
    arguments: [
      (ElementKind.c3d4, 2.0), (.c3d6, 2), (.c3d8, 2), (.c3d8r, 2), (.c3d8i, 2), (.c3d10, 3),
      (.c3d15, 3), (.c3d20, 3), (.c3d20r, 3),
    ])
  func convergence(_ kind: ElementKind, _ order: Double) throws {
    // The coarse meshes are not yet in the limit: a quarter is granted.
    let granted = 0.25
    let counts = order == 2 ? [4, 8] : [2, 4]
    let errors = try counts.map { count in
      let mesh = Bodies.brick(
        kind, cells: [count, count, count], size: [1, 1, 1], shape: Self.wavy)
      let step = Bodies.step(
        mesh, isHeld: { Self.isOnSurface(mesh.position(of: $0)) }, Self.field)
      let result = try Bodies.solve(Bodies.deck(mesh, steps: [step]))
      return Self.errors(mesh, result.displacements)
    }
    let displacement = log2(errors[0].displacement / errors[1].displacement)
    let energy = log2(errors[0].energy / errors[1].energy)
    #expect(displacement > order - granted, "\(errors)")
    #expect(energy > order - 1 - granted, "\(errors)")
  }
}

// MARK: - Bodies

extension ElementFamilyTests {
  private static func skewed(_ place: SIMD3<Double>) -> SIMD3<Double> {
    place + 0.1 * SIMD3(place.y * place.z, 0.5 * place.x, place.x * place.y * place.z)
  }

  /// Moves the inside of the unit cube smoothly; its surface stays.
  private static func wavy(_ place: SIMD3<Double>) -> SIMD3<Double> {
    let bump = sin(.pi * place.x) * sin(.pi * place.y) * sin(.pi * place.z)
    return place + 0.05 * bump * SIMD3(1, -0.5, 0.7)
  }

  private static func isOnSurface(_ place: SIMD3<Double>) -> Bool {
    (0..<3).contains { abs(place[$0]) < 1e-9 || abs(place[$0] - 1) < 1e-9 }
  }
}

// MARK: - Stiffness

extension ElementFamilyTests {
  /// The full matrix of a mesh of steel, by rows.
  private static func stiffnessMatrix(_ mesh: Mesh) -> [Double] {
    let order = 3 * mesh.nodeCount
    var matrix = [Double](repeating: 0, count: order * order)
    let geometry = ElementGeometry()
    let scratch = Buffer(repeating: 0.0, count: 9)
    for element in 0..<mesh.elementCount {
      let table = ElementTable.all[mesh.elementKinds[element].rawValue]
      mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      let isValid = evaluate(geometry, table)
      #expect(isValid)
      stiffness(geometry, table, StiffnessLaw(Bodies.steel), scratch: scratch.view)
      let nodes = Array(mesh.nodes(of: element))
      let stride = ElementGeometry.stride(nodes: nodes.count)
      for row in 0..<(3 * nodes.count) {
        for column in (row / 3 * 3)..<(3 * nodes.count) {
          let value = geometry.products.view[stride * row + column]
          let (i, j) = (3 * nodes[row / 3] + row % 3, 3 * nodes[column / 3] + column % 3)
          matrix[order * i + j] += value
          if row / 3 != column / 3 { matrix[order * j + i] += value }
        }
      }
    }
    return matrix
  }

  /// The dimension of the null space of a semidefinite matrix: zero pivots of Cholesky's method with
  /// the largest pivot first.
  private static func nullity(_ matrix: [Double], order: Int) -> Int {
    var matrix = matrix
    var left = Set(0..<order)
    let largest = (0..<order).map { matrix[order * $0 + $0] }.max() ?? 0
    while let pivot = left.max(by: { matrix[order * $0 + $0] < matrix[order * $1 + $1] }) {
      let value = matrix[order * pivot + pivot]
      guard value > pivotTolerance * largest else { return left.count }
      left.remove(pivot)
      for row in left {
        let factor = matrix[order * row + pivot] / value
        for column in left {
          matrix[order * row + column] -= factor * matrix[order * pivot + column]
        }
      }
    }
    return 0
  }
}

// MARK: - Errors

extension ElementFamilyTests {
  /// The gradient of the harmonic function e^x cos(0.6 y) cos(0.8 z): without body forces in
  /// equilibrium under every isotropic law.
  private static func field(_ place: SIMD3<Double>) -> SIMD3<Double> {
    let (e, cosY, sinY) = (exp(place.x), cos(0.6 * place.y), sin(0.6 * place.y))
    let (cosZ, sinZ) = (cos(0.8 * place.z), sin(0.8 * place.z))
    return e * SIMD3(cosY * cosZ, -0.6 * sinY * cosZ, -0.8 * cosY * sinZ)
  }

  /// Root mean squares of the errors of the displacement and its gradient. The gradient's is
  /// equivalent to the energy norm (Korn's inequality). A rule of higher order than the element's is
  /// used, whose points are not those where the gradient is better than elsewhere.
  private static func errors(
    _ mesh: Mesh, _ displacements: [Double]
  ) -> (displacement: Double, energy: Double) {
    var (square, slopeSquare) = (0.0, 0.0)
    for element in 0..<mesh.elementCount {
      let reference = mesh.elementKinds[element].reference
      let nodes = Array(mesh.nodes(of: element))
      for rule in fineRule(corners: mesh.elementKinds[element].cornerCount) {
        let basis = reference.basis(at: rule.position)
        let slopes = reference.gradient(at: rule.position)
        var (place, value) = (SIMD3<Double>(), SIMD3<Double>())
        var rows = [SIMD3<Double>](repeating: .zero, count: 3)
        var fieldRows = rows
        for (a, node) in nodes.enumerated() {
          let position = mesh.position(of: node)
          place += basis[a] * position
          for i in 0..<3 {
            value[i] += basis[a] * displacements[3 * node + i]
            rows[i] += position[i] * slopes[a]
            fieldRows[i] += displacements[3 * node + i] * slopes[a]
          }
        }
        let cofactors = [cross(rows[1], rows[2]), cross(rows[2], rows[0]), cross(rows[0], rows[1])]
        let determinant = dot(rows[0], cofactors[0])
        let error = value - field(place)
        square += rule.weight * determinant * dot(error, error)
        for i in 0..<3 {
          for j in 0..<3 {
            let difference = dot(cofactors[j], fieldRows[i]) / determinant - slope(place, i, j)
            slopeSquare += rule.weight * determinant * difference * difference
          }
        }
      }
    }
    return (square.squareRoot(), slopeSquare.squareRoot())
  }

  /// The derivative of component i of the field by coordinate j, by central differences.
  private static func slope(_ place: SIMD3<Double>, _ i: Int, _ j: Int) -> Double {
    var shift = SIMD3<Double>()
    shift[j] = 1e-5
    return (field(place + shift)[i] - field(place - shift)[i]) / 2e-5
  }

  /// Three points in each direction of the cube; for the others mapped by collapsing edges.
  private static func fineRule(corners: Int) -> [QuadraturePoint] {
    let cube = Quadrature.hexahedron(3)
    switch corners {
    case 8: return cube
    case 6:
      return cube.map { point in
        let (x, y) = ((1 + point.position.x) / 2, (1 + point.position.y) / 2)
        return QuadraturePoint(
          position: [x, y * (1 - x), point.position.z], weight: point.weight * (1 - x) / 4)
      }
    default:
      return cube.map { point in
        let place = (point.position + 1) / 2
        let (x, y) = (place.x, place.y * (1 - place.x))
        return QuadraturePoint(
          position: [x, y, place.z * (1 - x - y)],
          weight: point.weight * (1 - x) * (1 - x - y) / 8)
      }
    }
  }
}
