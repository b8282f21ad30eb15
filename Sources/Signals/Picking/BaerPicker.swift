/// The phase picker of M. Baer and U. Kradolfer, "An automatic phase picker for local and teleseismic
/// events", Bull. Seism. Soc. Am. 77 (1987): the squared envelope x² + ω ẋ², standardised by its running
/// mean and deviation.
package struct BaerPicker: Sendable {
  /// Samples for which the function may fall below the threshold within one arrival.
  package var longestDip: Int
  /// Samples that a trigger must last to be an arrival.
  package var shortestEvent: Int
  /// Threshold of a trigger.
  package var triggerLevel: Double
  /// Above it, mean and deviation are not updated.
  package var updateLevel: Double
  /// Samples from which the first weight ω is taken; nothing triggers before twice as many.
  package var preset: Int
  /// Samples after the onset in which the amplitude is measured.
  package var amplitudeWindow: Int

  package init(
    longestDip: Int, shortestEvent: Int, triggerLevel: Double, updateLevel: Double, preset: Int,
    amplitudeWindow: Int
  ) {
    self.longestDip = longestDip
    self.shortestEvent = shortestEvent
    self.triggerLevel = triggerLevel
    self.updateLevel = updateLevel
    self.preset = preset
    self.amplitudeWindow = amplitudeWindow
  }

  package struct Pick: Equatable, Sendable {
    /// Of the first sample, counted from 0.
    package var sample: Int
    /// Upwards, downwards, or unknown.
    package var polarity: Int
    /// 0 (best) to 4, by the amplitude after over that before the onset: above 8, 6, 4, 1.5.
    package var quality: Int

    /// `IPU0`: impulsive or emergent, P, up or down, quality.
    package var phase: String {
      "\(quality <= 1 ? "I" : "E")P\(polarity > 0 ? "U" : polarity < 0 ? "D" : " ")\(quality)"
    }
  }

  /// A trigger that may become an arrival.
  private struct Candidate {
    var start: Int
    var polarity: Int
    var noise: Double
    /// Samples since the function fell below the threshold.
    var dip = 0
    /// Grows by 2 where the function is above four times the threshold: strong arrivals may be shorter.
    var bonus = 1
  }

  /// The first arrival of a trace, and the characteristic function.
  package func pick(_ samples: [Double], rateHz: Double) -> (pick: Pick?, function: [Double]) {
    var function: [Double] = []
    function.reserveCapacity(samples.count)
    var envelope = StandardisedEnvelope(samples.prefix(preset), rateHz: rateHz)
    var amplitude = 0.0
    var eventAmplitude = 0.0
    var noise: Double?
    var candidate: Candidate?
    var pick: Pick?
    for (index, sample) in samples.enumerated() {
      let value = envelope.step(sample)
      function.append(value)
      if value < updateLevel || index < 2 * preset { envelope.update() }
      guard pick == nil else { continue }
      amplitude = max(amplitude, abs(sample))
      if let open = candidate, index <= open.start + amplitudeWindow { eventAmplitude = amplitude }
      if value > triggerLevel, index >= 2 * preset {
        if candidate == nil {
          noise = noise ?? amplitude
          candidate = Candidate(
            start: index, polarity: envelope.slope.sign(), noise: noise ?? amplitude)
          eventAmplitude = amplitude
        } else if value > 4 * triggerLevel, candidate?.dip == 0 {
          candidate?.bonus += 2
        }
        candidate?.dip = 0
      } else if var open = candidate {
        open.dip += 1
        candidate = open
        if open.dip > longestDip {
          if index - open.start - open.dip + open.bonus >= shortestEvent {
            pick = result(open, eventAmplitude)
          }
          candidate = nil
        }
      }
    }
    if let open = candidate,
      samples.count - open.start - open.dip + open.bonus >= shortestEvent
    {
      return (result(open, eventAmplitude), function)
    }
    return (pick, function)
  }

  private func result(_ candidate: Candidate, _ amplitude: Double) -> Pick {
    let ratio = candidate.noise > 0 ? amplitude / candidate.noise : .infinity
    let quality = [8, 6, 4, 1.5].firstIndex { ratio > $0 } ?? 4
    return Pick(sample: candidate.start, polarity: candidate.polarity, quality: quality)
  }
}

/// (e − mean) / deviation with e = (x² + ω ẋ²)² and ω = Σ x² / Σ ẋ².
private struct StandardisedEnvelope {
  private(set) var slope = 0.0
  private let rateHz: Double
  private var before: Double
  private var squares = 0.0
  private var slopes = 0.0
  private var weight: Double
  private var latest = 0.0
  private var count = 0.0
  private var sum = 0.0
  private var sumOfSquares = 0.0
  private var mean = 0.0
  private var deviation = 1.0

  init(_ preset: ArraySlice<Double>, rateHz: Double) {
    self.rateHz = rateHz
    before = preset.first ?? 0
    for (one, next) in zip(preset, preset.dropFirst()) {
      squares += next * next
      slopes += (next - one) * (next - one) * rateHz * rateHz
    }
    weight = slopes > 0 ? squares / slopes : 0
  }

  mutating func step(_ sample: Double) -> Double {
    slope = (sample - before) * rateHz
    before = sample
    let envelope = sample * sample + weight * slope * slope
    latest = envelope * envelope
    squares += sample * sample
    slopes += slope * slope
    weight = slopes > 0 ? squares / slopes : 0
    return (latest - mean) / deviation
  }

  mutating func update() {
    count += 1
    sum += latest
    sumOfSquares += latest * latest
    mean = sum / count
    let variance = (count * sumOfSquares - sum * sum) / (count * count)
    deviation = variance > 0 ? variance.squareRoot() : 1
  }
}

extension Double {
  fileprivate func sign() -> Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
