import Base
import LinearAlgebra

/// The motion that meets the least resistance of all that supports and constraints leave.
///
/// Where a factorisation breaks down, or loses most digits, it tells a mechanism from a body that is only too
/// thin or too soft for the accuracy of the processor's numbers: the energy of a motion is the sum of squares of
/// strains, so that rounding leaves ε² of it, while rounding of the stiffness matrix leaves ε.
struct WeakestMotion {
  /// By freedom.
  let displacements: [Double]
  /// xᵀ K x / xᵀ D x with D the diagonal of K: Rayleigh's quotient, which is never below the smallest eigenvalue
  /// of K x = λ D x [B. N. Parlett, The Symmetric Eigenvalue Problem, 1998, theorem 1.2 and chapter 4].
  let resistance: Double

  /// Below, what is left is rounding of strains: the motion meets no resistance at all.
  private static let nothing = 1e-24
  var isFree: Bool { resistance < Self.nothing }

  /// What a motion of all freedoms costs: twice its energy, and the forces of the elements.
  typealias Cost = ([Double]) throws(AnalysisError) -> (energy: Double, forces: [Double])

  private static let steps = 4
  /// Further steps whose residuals are forces of the elements, which are exact where the matrix is not.
  private static let polishingSteps = 3

  /// Inverse iteration from a vector that has a share of every motion.
  ///
  /// - Parameters:
  ///   - diagonal: of K, positive.
  ///   - factor: of K, or of K + ε D with a small ε where K has none.
  init(
    of system: LinearSystem, diagonal: [Double], factor: borrowing CholeskyFactor, cost: Cost
  ) throws(AnalysisError) {
    let zeros = [Double](repeating: 0, count: system.numbering.equations.count)
    var random = SplitMix64(seed: 1)
    var x = diagonal.map { Double.random(in: -1...1, using: &random) / $0.squareRoot() }
    for _ in 0..<Self.steps {
      x = try system.solved(factor, zip(diagonal, x).map(*))
      Self.normalise(&x, diagonal)
    }
    var best: (displacements: [Double], energy: Double) = ([], .infinity)
    for _ in 0..<Self.polishingSteps {
      let displacements = system.expand(x, prescribed: zeros)
      let (energy, forces) = try cost(displacements)
      if energy < best.energy { best = (displacements, energy) }
      let correction = try system.solved(factor, system.reduce(forces))
      for equation in x.indices { x[equation] -= correction[equation] }
      Self.normalise(&x, diagonal)
    }
    (displacements, resistance) = (best.displacements, best.energy)
  }

  /// Makes xᵀ D x one.
  private static func normalise(_ x: inout [Double], _ diagonal: [Double]) {
    // In two steps: squares of displacements may overflow.
    let largest = zip(x, diagonal).reduce(0) { max($0, abs($1.0) * $1.1.squareRoot()) }
    guard largest > 0, largest.isFinite else { return }
    for equation in x.indices { x[equation] /= largest }
    let square = zip(x, diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    for equation in x.indices { x[equation] /= square.squareRoot() }
  }
}

extension LinearSystem {
  fileprivate func solved(
    _ factor: borrowing CholeskyFactor, _ right: [Double]
  ) throws(AnalysisError) -> [Double] {
    do {
      return try factor.solve(right)
    } catch {
      throw describe(error)
    }
  }
}
