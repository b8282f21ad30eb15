/// What is taken off a segment before it is transformed.
package enum Detrend: String, CaseIterable, Sendable {
  case none
  /// The mean.
  case constant
  /// The least-squares line.
  case linear
}
