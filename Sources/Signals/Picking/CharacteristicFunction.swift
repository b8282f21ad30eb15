import LinearAlgebra

/// Turns a trace into a number per sample that rises where an event begins. Windows are in samples.
package enum CharacteristicFunction: Equatable, Sendable {
  /// Mean energy of the last `short` samples over that of the last `long` ones (R. Allen, 1978; M. Withers
  /// et al., Bull. Seism. Soc. Am. 88, 1998); 0 until the long window is full.
  case classic(short: Int, long: Int)
  /// The same with exponential windows (Withers et al., 1998, eq. 2).
  case recursive(short: Int, long: Int)
  /// The long window ends where the short one begins (Withers et al., 1998).
  case delayed(short: Int, long: Int)
  /// As ObsPy's `delayed_sta_lta` computes it: energies enter both sums and never leave them, and before
  /// the first sample comes the last. Only for comparison with catalogues made so.
  case delayedWithoutEnd(short: Int, long: Int)
  /// Energy of the last `short` samples less its mean, over its standard deviation (Swindell and Snell,
  /// 1977; Withers et al., 1998): needs the whole trace.
  case zDetect(short: Int)
  /// Carl Johnson's trigger as in Earthworm: |short − long| averages with a ratio and a quiet level.
  case carl(short: Int, long: Int, ratio: Double, quiet: Double)

  /// The function's values, as many as samples.
  package func values(_ samples: [Double]) -> [Double] {
    switch self {
    case .classic(let short, let long): Self.classic(samples, short, long)
    case .recursive(let short, let long): Self.recursive(samples, short, long)
    case .delayed(let short, let long): Self.delayed(samples, short, long)
    case .delayedWithoutEnd(let short, let long): Self.delayedWithoutEnd(samples, short, long)
    case .zDetect(let short): Self.zDetect(samples, short)
    case .carl(let short, let long, let ratio, let quiet):
      Self.carl(samples, short, long, ratio: ratio, quiet: quiet)
    }
  }

  private static func classic(_ samples: [Double], _ short: Int, _ long: Int) -> [Double] {
    var result = [Double](repeating: 0, count: samples.count)
    var (near, far) = (MovingSum(short), MovingSum(long))
    result.withMutableView { result in
      samples.withView { samples in
        for index in 0..<samples.count {
          let energy = samples[index] * samples[index]
          let leaving = index >= short ? samples[index - short] : 0
          let left = index >= long ? samples[index - long] : 0
          near.step(energy, leaving * leaving)
          far.step(energy, left * left)
          guard index >= long - 1, far.mean > 0 else { continue }
          result[index] = near.mean / far.mean
        }
      }
    }
    return result
  }

  private static func recursive(_ samples: [Double], _ short: Int, _ long: Int) -> [Double] {
    var result = [Double](repeating: 0, count: samples.count)
    let (near, far) = (1 / Double(short), 1 / Double(long))
    var (sta, lta) = (0.0, 0.0)
    result.withMutableView { result in
      samples.withView { samples in
        for index in 1..<max(samples.count, 1) {
          let energy = samples[index] * samples[index]
          sta += near * (energy - sta)
          lta += far * (energy - lta)
          if index >= long, lta > 0 { result[index] = sta / lta }
        }
      }
    }
    return result
  }

  private static func delayed(_ samples: [Double], _ short: Int, _ long: Int) -> [Double] {
    var result = [Double](repeating: 0, count: samples.count)
    var (near, far) = (MovingSum(short), MovingSum(long))
    result.withMutableView { result in
      samples.withView { samples in
        func energy(_ index: Int) -> Double { index < 0 ? 0 : samples[index] * samples[index] }
        for index in 0..<samples.count {
          near.step(energy(index), energy(index - short))
          far.step(energy(index - short), energy(index - short - long))
          guard index >= short + long - 1, far.mean > 0 else { continue }
          result[index] = near.mean / far.mean
        }
      }
    }
    return result
  }

  private static func delayedWithoutEnd(
    _ samples: [Double], _ short: Int, _ long: Int
  ) -> [Double] {
    let count = samples.count
    func energy(_ index: Int) -> Double {
      let place = index < 0 ? (index % count + count) % count : index
      return samples[place] * samples[place]
    }
    var (sta, lta) = (0.0, 0.0)
    return samples.indices.map { index in
      sta += (energy(index) + energy(index - short)) / Double(short)
      lta += (energy(index - short - 1) + energy(index - short - long - 1)) / Double(long)
      return index >= long + short + 50 && lta > 0 ? sta / lta : 0
    }
  }

  /// The short sum ends before the sample; samples before it is full count as 0 in mean and deviation.
  private static func zDetect(_ samples: [Double], _ short: Int) -> [Double] {
    var sums = precedingMeans(samples.map { $0 * $0 }, short).map { $0 * Double(short) }
    guard !sums.isEmpty else { return [] }
    let mean = sums.reduce(0, +) / Double(sums.count)
    let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count)
    let deviation = variance.squareRoot()
    for index in sums.indices { sums[index] = deviation > 0 ? (sums[index] - mean) / deviation : 0 }
    return sums
  }

  private static func carl(
    _ samples: [Double], _ short: Int, _ long: Int, ratio: Double, quiet: Double
  ) -> [Double] {
    let sta = precedingMeans(samples, short)
    let lta = [0] + precedingMeans(sta, long).dropLast()
    let rectified = precedingMeans(zip(samples, lta).map { abs($0 - $1) }, short)
    let background = precedingMeans(rectified, long)
    let settled = long
    return samples.indices.map { index in
      guard index >= settled else { return -1 }
      return rectified[index] - ratio * background[index] - abs(sta[index] - lta[index]) - quiet
    }
  }

  /// Means of the `count` numbers before each place; 0 where there are fewer.
  private static func precedingMeans(_ numbers: [Double], _ count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: numbers.count)
    var sum = MovingSum(count)
    for index in numbers.indices.dropFirst() {
      sum.step(numbers[index - 1], index > count ? numbers[index - 1 - count] : 0)
      if index >= count { result[index] = sum.mean }
    }
    return result
  }
}

/// A sum over a window that moves on, with its rounding carried along, so that a quiet stretch behind a
/// strong one keeps its digits.
private struct MovingSum {
  private let count: Double
  private var sum = CompensatedSum()

  init(_ count: Int) { self.count = Double(count) }

  var mean: Double { max(-.greatestFiniteMagnitude, sum.value) / count }

  mutating func step(_ entering: Double, _ leaving: Double) {
    sum.add(entering)
    sum.add(-leaving)
  }
}
