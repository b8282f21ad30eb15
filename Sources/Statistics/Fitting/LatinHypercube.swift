import Base

/// Points spread over a box: each coordinate meets each of `count` equal slices once.
///
/// Source: M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979).
package enum LatinHypercube {
  /// - Returns: `count` points in [0, 1)^dimensions.
  package static func points(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
    var random = SplitMix64(seed: seed)
    var points = [[Double]](repeating: [], count: count)
    for _ in 0..<dimensions {
      let slices = Array(0..<count).shuffled(using: &random)
      for (point, slice) in slices.enumerated() {
        let inside = Double(random.next() >> 11) * 0x1p-53
        points[point].append((Double(slice) + inside) / Double(count))
      }
    }
    return points
  }
}
