import Glibc
import LinearAlgebra

extension Double {
  var logarithm: Double { log(self) }
}

/// A fitted linear model: coefficients of the table's own terms and what is known about them.
package struct RegressionFit: Sendable {
  package let basis: RegressionBasis
  /// Rows that took part.
  package let count: Int
  /// How many independent terms there are.
  package let rank: Int
  /// Condition number of the terms, columns of unit length, in the shifted basis.
  package let condition: Double
  /// Relations among terms, where the rank is less than their number: Σ factor · term ≈ 0.
  package let relations: [[(term: Int, factor: Double)]]
  /// In the order of the model's terms.
  package internal(set) var coefficients: [Double]
  package internal(set) var standardErrors: [Double]
  /// By columns.
  package internal(set) var covariance: [Double]
  /// Variance inflation; NaN for the intercept, infinite for dependent terms.
  package let varianceInflation: [Double]
  /// Weighted sum of squared residuals.
  package internal(set) var residualSum: Double
  /// Weighted sum of squares of the response: about its mean with an intercept, else about 0.
  package let totalSum: Double
  let logWeights: Double
  /// Coefficients in the basis with 32 digits.
  var basisCoefficients: [DoubleDouble]
  /// W, terms by rank, with (Zᵀ Z)⁻¹ = W Wᵀ in the basis; by columns.
  let rootOfInverse: [Double]
  /// R of the terms in the basis; by columns.
  let triangle: [Double]
  /// Last column of R: Qᵀ times the response, then the residual's norm.
  let responseMoments: [Double]

  package var model: RegressionModel { basis.model }
  package var degrees: Int { count - rank }
}

// MARK: Statistics

extension RegressionFit {
  package var residualDeviation: Double { (residualSum / Double(degrees)).squareRoot() }

  /// Share of the sum of squares that the model explains; without an intercept of the sum about 0.
  package var rSquared: Double { 1 - residualSum / totalSum }

  package var adjustedRSquared: Double {
    let total = Double(count - (model.hasIntercept ? 1 : 0))
    return 1 - residualSum / Double(degrees) / (totalSum / total)
  }

  /// Degrees of freedom of the regression in the F test.
  package var modelDegrees: Int { rank - (model.hasIntercept ? 1 : 0) }

  /// F of all terms but the intercept.
  package var fRatio: Double {
    (totalSum - residualSum) / Double(modelDegrees) / (residualSum / Double(degrees))
  }

  package var fProbability: Double {
    guard modelDegrees > 0, degrees > 0 else { return .nan }
    return FisherDistribution(Double(modelDegrees), Double(degrees)).survival(fRatio)
  }

  /// Of normal residuals with their maximum-likelihood variance.
  package var logLikelihood: Double {
    let n = Double(count)
    return -n / 2 * (log(2 * Double.pi * residualSum / n) + 1) + logWeights / 2
  }

  /// Akaike's criterion; the variance counts as a parameter, as in R.
  package var akaike: Double { 2 * Double(rank + 1) - 2 * logLikelihood }

  package var bayes: Double { log(Double(count)) * Double(rank + 1) - 2 * logLikelihood }

  package func t(_ term: Int) -> Double { coefficients[term] / standardErrors[term] }

  package func probability(_ term: Int) -> Double {
    guard degrees > 0 else { return .nan }
    return StudentDistribution(degrees: Double(degrees)).twoSided(t(term))
  }

  /// Half the width of confidence intervals in standard errors.
  package func margin(confidence: Double) -> Double {
    guard degrees > 0 else { return .nan }
    return StudentDistribution(degrees: Double(degrees)).upperQuantile((1 - confidence) / 2)
  }
}
