import Glibc

/// The frequencies at which a harmonic response is computed.
extension SteadyStateRequest {
  /// Circular frequencies, ascending: the ends of the range, the natural frequencies within, and
  /// points between that crowd near them by the bias [CalculiX manual, *STEADY STATE DYNAMICS].
  func points(natural: [Double]) -> [Double] {
    let (first, last) = (2 * .pi * lowest, 2 * .pi * highest)
    guard last - first > 1e-10 else { return [first] }
    var ends: [Double] = []
    var before: Double?
    for omega in natural.sorted() {
      defer { before = omega }
      if let before, abs(omega - before) < 1e-5 { continue }
      if omega >= first, omega <= last { ends.append(omega) }
    }
    var points = [first]
    for end in ends + [last] {
      let start = points[points.count - 1]
      for point in 1..<pointCount {
        let place = -1 + 2 * Double(point) / Double(pointCount - 1)
        let crowded = abs(place) < 1e-10 ? 0 : pow(abs(place), 1 / bias) * (place < 0 ? -1 : 1)
        points.append((start + end) / 2 + (end - start) / 2 * crowded)
      }
    }
    return points
  }
}
