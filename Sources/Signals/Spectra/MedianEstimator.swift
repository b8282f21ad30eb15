import LinearAlgebra

/// The median over the segments instead of the mean, for recordings with bursts and bumps.
///
/// A median needs all segments at once. To keep memory bounded, an estimator takes a range of bins, and
/// the recording is read once for each range.
package struct MedianEstimator: ~Copyable {
  package let bins: Range<Int>
  private let channels: Int
  private let transform: SegmentTransform
  private var cutter: SegmentCutter
  private let spectrum: Buffer<Double>
  /// Powers, bin after bin of channel after channel; a row has room for all segments.
  private let powers: Buffer<Double>
  private let segmentsMax: Int
  private var segments = 0

  /// - Parameters:
  ///   - bins: bins of which the median is wanted.
  ///   - segments: how many segments the recording has, as ``WelchEstimator`` counts them.
  package init(
    _ options: SegmentOptions, channels: Int, bins: Range<Int>, segments: Int, blockMax: Int
  ) {
    precondition(bins.lowerBound >= 0 && bins.upperBound <= options.bins, "no such bins")
    self.bins = bins
    self.channels = channels
    segmentsMax = segments
    transform = SegmentTransform(options)
    cutter = SegmentCutter(
      length: options.length, hop: options.hop, channels: channels, blockMax: blockMax)
    spectrum = Buffer(repeating: 0, count: 2 * options.bins)
    powers = Buffer(repeating: 0, count: channels * bins.count * segments)
  }

  package mutating func add(_ block: SampleBlock, startsStretch: Bool) {
    cutter.take(block, startsStretch: startsStretch)
    precondition(segments + cutter.ready <= segmentsMax, "more segments than were announced")
    for index in 0..<cutter.ready {
      for channel in 0..<channels {
        transform.transform(cutter.segment(index, channel: channel), into: spectrum.view)
        let values = spectrum.view.reading
        var place = channel * bins.count * segmentsMax + segments
        for bin in bins {
          powers.view[place] = power(values, bin)
          place += segmentsMax
        }
      }
      segments += 1
    }
  }

  /// For each channel the one-sided density of the bins, divided by the bias of the median.
  package func density(rateHz: Double) -> [[Double]] {
    precondition(segments > 0, "no segment, no spectrum")
    let scale = SpectralScale(transform, rateHz: rateHz)
    let bias = Self.bias(segments)
    return (0..<channels).map { channel in
      var medians = [Double](repeating: 0, count: scale.bins)
      for bin in bins {
        let row = (channel * bins.count + bin - bins.lowerBound) * segmentsMax
        medians[bin] = median(powers.view.slice(row, count: segments)) / bias
      }
      return Array(scale.oneSided { medians[$0] }[bins])
    }
  }

  /// Median over mean of the spectral density of Gaussian noise: `1 + Σ 1/(2i + 1) - 1/(2i)` for i up to
  /// (n - 1)/2 (B. Allen et al., Phys. Rev. D 85 (2012) 122006, appendix B). It tends to ln 2.
  package static func bias(_ segments: Int) -> Double {
    var sum = 1.0
    for pair in stride(from: 2, through: 2 * ((segments - 1) / 2), by: 2) {
      sum += 1 / Double(pair + 1) - 1 / Double(pair)
    }
    return sum
  }
}

/// The middle of the values, whose order changes; the mean of the two middle ones where their number is
/// even.
private func median(_ values: MutableView<Double>) -> Double {
  let middle = values.count / 2
  let upper = select(middle, of: values)
  guard values.count % 2 == 0 else { return upper }
  // What selection left below the middle is not larger.
  var lower = values[0]
  for index in 1..<max(1, middle) { lower = max(lower, values[index]) }
  return (lower + upper) / 2
}

/// The value that sorting would put at `place`; smaller ones end up before it, larger ones behind it
/// (C. Hoare, Comm. ACM 4 (1961) 321-322).
private func select(_ place: Int, of values: MutableView<Double>) -> Double {
  var (low, high) = (0, values.count - 1)
  while low < high {
    let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (left, right) = (low, high)
    while left <= right {
      while values[left] < pivot { left += 1 }
      while values[right] > pivot { right -= 1 }
      if left <= right {
        (values[left], values[right]) = (values[right], values[left])
        left += 1
        right -= 1
      }
    }
    if place <= right { high = right } else if place >= left { low = left } else { break }
  }
  return values[place]
}
