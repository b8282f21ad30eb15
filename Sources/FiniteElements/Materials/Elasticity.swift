/// Linear elastic constants: the matrix D in `stress = D strain`.
///
/// Components in the order xx yy zz xy xz yz, engineering shear strain; unit of stress as the deck's.
package struct Elasticity: Equatable, Sendable {
  /// Shape `[6, 6]`, symmetric.
  package let matrix: [Double]

  package init(matrix: [Double]) {
    precondition(matrix.count == 36, "an elasticity matrix has 36 elements")
    self.matrix = matrix
  }

  /// - Parameters: Young's modulus E and Poisson's ratio nu, -1 < nu < 0.5.
  package static func isotropic(young: Double, poisson: Double) -> Elasticity {
    let lambda = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    let mu = young / (2 * (1 + poisson))
    return orthotropic([
      lambda + 2 * mu, lambda, lambda + 2 * mu, lambda, lambda, lambda + 2 * mu, mu, mu, mu,
    ])
  }

  /// - Parameter constants: D1111 D1122 D2222 D1133 D2233 D3333 D1212 D1313 D2323.
  package static func orthotropic(_ constants: [Double]) -> Elasticity {
    var upper = [Double](repeating: 0, count: 21)
    for (place, constant) in zip([0, 1, 2, 3, 4, 5, 9, 14, 20], constants) {
      upper[place] = constant
    }
    return anisotropic(upper)
  }

  /// - Parameter constants: the upper triangle of D by columns, 21 numbers.
  package static func anisotropic(_ constants: [Double]) -> Elasticity {
    var matrix = [Double](repeating: 0, count: 36)
    var next = 0
    for column in 0..<6 {
      for row in 0...column {
        matrix[6 * row + column] = constants[next]
        matrix[6 * column + row] = constants[next]
        next += 1
      }
    }
    return Elasticity(matrix: matrix)
  }

  /// - Parameter constants: E1 E2 E3 nu12 nu13 nu23 G12 G13 G23.
  package static func engineering(_ constants: [Double]) -> Elasticity {
    let (e1, e2, e3) = (constants[0], constants[1], constants[2])
    let (nu12, nu13, nu23) = (constants[3], constants[4], constants[5])
    let (nu21, nu31, nu32) = (nu12 * e2 / e1, nu13 * e3 / e1, nu23 * e3 / e2)
    let gamma =
      1 / (1 - nu12 * nu21 - nu23 * nu32 - nu31 * nu13 - 2 * nu21 * nu32 * nu13)
    return orthotropic([
      e1 * (1 - nu23 * nu32) * gamma, e1 * (nu21 + nu31 * nu23) * gamma,
      e2 * (1 - nu13 * nu31) * gamma, e1 * (nu31 + nu21 * nu32) * gamma,
      e2 * (nu32 + nu12 * nu31) * gamma, e3 * (1 - nu12 * nu21) * gamma,
      constants[6], constants[7], constants[8],
    ])
  }

  /// Whether every deformation costs energy: all pivots of D are positive.
  package var isPositiveDefinite: Bool {
    var rest = matrix
    for pivot in 0..<6 {
      guard rest[7 * pivot] > 0, rest[7 * pivot].isFinite else { return false }
      for row in (pivot + 1)..<6 {
        let factor = rest[6 * row + pivot] / rest[7 * pivot]
        for column in pivot..<6 { rest[6 * row + column] -= factor * rest[6 * pivot + column] }
      }
    }
    return true
  }

  /// Whether no deformation sets energy free; some may cost none, as the shear of an acoustic medium.
  package var isPositiveSemidefinite: Bool {
    var rest = matrix
    let scale = (0..<6).reduce(0) { max($0, abs(matrix[7 * $1])) }
    for pivot in 0..<6 {
      let value = rest[7 * pivot]
      guard value.isFinite, value >= -1e-12 * scale else { return false }
      guard value > 1e-12 * scale else {
        guard (0..<6).allSatisfy({ abs(rest[6 * pivot + $0]) <= 1e-9 * scale || $0 < pivot })
        else { return false }
        continue
      }
      for row in (pivot + 1)..<6 {
        let factor = rest[6 * row + pivot] / value
        for column in pivot..<6 { rest[6 * row + column] -= factor * rest[6 * pivot + column] }
      }
    }
    return true
  }

  /// The pairs of directions behind the six components.
  static let pairs = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]

  /// The component of a pair of directions, index `3 i + j`.
  static let component = [0, 3, 4, 3, 1, 5, 4, 5, 2]

  /// The fourth-order tensor C[i, k, j, l], index `((3 i + k) 3 + j) 3 + l`.
  package var tensor: [Double] {
    (0..<81).map { index in
      matrix[6 * Self.component[index / 9] + Self.component[index % 9]]
    }
  }

  /// The constants in global axes when `self` refers to the axes that are the rows of `axes`.
  package func rotated(from axes: [SIMD3<Double>]) -> Elasticity {
    // sigma = T sigma' for the components of stress, strain' = Tᵀ strain for those of engineering
    // strain; so D = T D' Tᵀ [Bathe, Finite Element Procedures, table 4.5].
    let turn = Self.pairs.flatMap { i, j in
      Self.pairs.map { a, b in
        axes[a][i] * axes[b][j] + (a == b ? 0 : axes[b][i] * axes[a][j])
      }
    }
    var half = [Double](repeating: 0, count: 36)
    var matrix = half
    for row in 0..<6 {
      for column in 0..<6 {
        for k in 0..<6 { half[6 * row + column] += turn[6 * row + k] * self.matrix[6 * k + column] }
      }
    }
    for row in 0..<6 {
      for column in 0..<6 {
        for k in 0..<6 { matrix[6 * row + column] += half[6 * row + k] * turn[6 * column + k] }
      }
    }
    return Elasticity(matrix: matrix)
  }
}
