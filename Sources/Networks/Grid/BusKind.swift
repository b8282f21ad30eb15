/// What is given at a bus of a power grid (MATPOWER's types 1 to 4).
package enum BusKind: Int, Sendable {
  /// Active and reactive power.
  case load = 1
  /// Active power and voltage magnitude.
  case generator = 2
  /// Voltage magnitude and angle.
  case reference = 3
  case isolated = 4
}
