/// What happens where samples are missing or not numbers.
package enum GapPolicy: String, CaseIterable, Sendable {
  /// An error that says where the first gap is.
  case fail
  /// What lies before and after a gap is treated as recordings of their own.
  case split
  /// A straight line between the neighbours.
  case interpolate
  case zero
}
