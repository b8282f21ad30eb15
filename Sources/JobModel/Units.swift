extension UnitSystem {
  /// A number with a unit in SI units of its dimension; nil where the unit is not of that dimension.
  package static func toSI(_ number: Double, unit: String, dimension: String) -> Double? {
    guard dimension == "time" else { return nil }
    switch unit {
    case "ns": return number * 1e-9
    case "us", "µs": return number * 1e-6
    case "ms": return number * 1e-3
    case "s": return number
    case "min": return number * 60
    case "h": return number * 3600
    case "d": return number * 86_400
    default: return nil
    }
  }
}
