/// What is done to the columns of a table before a multivariate model is made.
package enum Scaling: String, CaseIterable, Sendable {
  case none
  /// The mean is taken off.
  case centre
  /// The mean is taken off and the column divided by its standard deviation (n - 1).
  case standardise
}
