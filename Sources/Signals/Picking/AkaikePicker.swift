import Glibc
import LinearAlgebra

/// Onsets as the place that best divides a window into noise and signal.
package enum AkaikePicker {
  /// k log(var x₁…xₖ) + (n − k − 1) log(var xₖ₊₁…xₙ) (N. Maeda, 1985); its minimum is the onset. The last
  /// value repeats the one before. Meant for a window with one onset.
  package static func function(_ samples: [Double]) -> [Double] {
    let count = samples.count
    guard count > 2 else { return [Double](repeating: 0, count: count) }
    let before = runningVariances(samples)
    let after = Array(runningVariances(samples.reversed()).reversed())
    var values = (0..<count - 1).map { index in
      let front = index + 1
      return Double(front) * log(max(before[index], .leastNormalMagnitude))
        + Double(count - front - 1) * log(max(after[index + 1], .leastNormalMagnitude))
    }
    values.append(values[count - 2])
    return values
  }

  /// Variance of the numbers up to each place, by Welford's update.
  private static func runningVariances(_ samples: [Double]) -> [Double] {
    var (mean, sum) = (0.0, 0.0)
    return samples.enumerated().map { index, sample in
      let difference = sample - mean
      mean += difference / Double(index + 1)
      sum += difference * (sample - mean)
      return sum / Double(index + 1)
    }
  }

  /// Onset by two autoregressive models: one of the noise at the window's start that predicts forwards,
  /// one of the signal at its end that predicts backwards (M. Leonard and B. L. N. Kennett, Phys. Earth
  /// Planet. Inter. 113, 1999; R. Sleeman and T. van Eck, ibid.).
  ///
  /// - Parameters:
  ///   - traces: components of one length that have the onset together; their functions are added.
  ///   - order: coefficients of each model.
  ///   - fit: samples at each end from which the models are fitted.
  /// - Returns: the place of the least k log σ₁² + (n − k) log σ₂² of the prediction errors; nil where
  ///   the window is too short.
  package static func autoregressive(_ traces: [[Double]], order: Int, fit: Int) -> Int? {
    guard let count = traces.first?.count, count > 2 * fit, fit > 2 * order else { return nil }
    var total = [Double](repeating: 0, count: count)
    for trace in traces { addFunction(trace, order: order, fit: fit, to: &total) }
    let best = total.indices.dropFirst(2 * order - 1).dropLast(2 * order)
      .filter { total[$0].isFinite }.min { total[$0] < total[$1] }
    return best.map { $0 + 1 }
  }

  /// Adds k log σ₁² + (n − k) log σ₂² of a trace for an onset behind each place; not finite where there is none.
  private static func addFunction(
    _ samples: [Double], order: Int, fit: Int, to total: inout [Double]
  ) {
    let backwards = Array(samples.reversed())
    let noise = burg(Array(samples.prefix(fit)), order: order)
    let signal = burg(Array(backwards.prefix(fit)), order: order)
    let forward = errors(samples, noise)
    let backward = Array(errors(backwards, signal).reversed())
    var sum = 0.0
    var after = backward.dropLast(order).reduce(0) { $0 + $1 * $1 }
    let end = samples.count - order
    for place in order..<end - order {
      sum += forward[place] * forward[place]
      after -= backward[place] * backward[place]
      let (front, back) = (Double(place - order + 1), Double(end - place - 1))
      total[place] +=
        sum > 0 && after > 0 ? front * log(sum / front) + back * log(after / back) : .infinity
    }
  }

  /// Errors of predicting each sample from those before; 0 for the first ones.
  private static func errors(_ samples: [Double], _ model: [Double]) -> [Double] {
    samples.indices.map { index in
      guard index >= model.count else { return 0 }
      return model.indices.reduce(samples[index]) { $0 - model[$1] * samples[index - 1 - $1] }
    }
  }

  /// Autoregressive coefficients by Burg's method (J. P. Burg, 1968).
  static func burg(_ samples: [Double], order: Int) -> [Double] {
    var forward = samples
    var backward = samples
    var model: [Double] = []
    for stage in 0..<order {
      var (product, power) = (0.0, 0.0)
      for index in (stage + 1)..<samples.count {
        product += forward[index] * backward[index - 1]
        power += forward[index] * forward[index] + backward[index - 1] * backward[index - 1]
      }
      let reflection = power > 0 ? 2 * product / power : 0
      let before = model
      for place in before.indices { model[place] -= reflection * before[before.count - 1 - place] }
      model.append(reflection)
      for index in ((stage + 1)..<samples.count).reversed() {
        let (ahead, behind) = (forward[index], backward[index - 1])
        forward[index] = ahead - reflection * behind
        backward[index] = behind - reflection * ahead
      }
    }
    return model
  }
}
