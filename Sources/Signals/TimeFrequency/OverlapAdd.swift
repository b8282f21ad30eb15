import LinearAlgebra

/// How a window and a hop fit together.
package struct WindowOverlap: Sendable {
  /// `Σ w²` of all segments that cover a sample, for each place within a hop.
  let squares: [Double]
  /// `Σ w` of the same.
  let sums: [Double]
  private let peak: Double

  package init(_ window: [Double], hop: Int) {
    squares = Self.folded(window.map { $0 * $0 }, hop)
    sums = Self.folded(window, hop)
    peak = window.map(abs).max() ?? 0
  }

  private static func folded(_ values: [Double], _ hop: Int) -> [Double] {
    (0..<hop).map { start in
      stride(from: start, to: values.count, by: hop).reduce(0) { $0 + values[$1] }
    }
  }

  /// Whether each sample counts in some segment (NOLA): then the transform can be inverted.
  package var isInvertible: Bool { (squares.min() ?? 0) > 1e-10 * peak * peak }

  /// Whether all samples count the same (COLA, J. Allen, IEEE Trans. ASSP 25 (1977) 235-238), as sums of
  /// segments need it that were windowed once.
  package var isConstant: Bool {
    let (low, high) = (sums.min() ?? 0, sums.max() ?? 0)
    return high - low <= 1e-10 * abs(high)
  }
}

/// Turns the spectra of windowed segments, one after another, back into samples.
///
/// The result is the recording whose segments come nearest to the spectra in the sense of least squares:
/// segments are weighted with the window again, added, and divided by the sum of the squared windows
/// (D. Griffin, J. Lim, IEEE Trans. ASSP 32 (1984) 236-243).
package struct ShortTimeInverse: ~Copyable {
  private let length: Int
  private let hop: Int
  private let plan: any FourierTransform
  private let weights: Buffer<Double>
  private let segment: Buffer<Double>
  private let sums: Buffer<Double>

  /// - Precondition: the overlap is invertible (``WindowOverlap/isInvertible``).
  package init(_ options: SegmentOptions) {
    length = options.length
    hop = options.hop
    plan = Fourier.plan(FourierShape(.realInverse, length: length))
    let window = options.window.weights(length)
    let overlap = WindowOverlap(window, hop: hop)
    precondition(overlap.isInvertible, "some samples count in no segment")
    weights = Buffer(repeating: 0, count: length)
    for (index, weight) in window.enumerated() {
      // The inverse transform is not divided by its length.
      weights.view[index] = weight / (overlap.squares[index % hop] * Double(length))
    }
    segment = Buffer(repeating: 0, count: length)
    sums = Buffer(repeating: 0, count: length)
  }

  /// Takes the next spectrum and appends the `hop` samples that no later segment covers.
  ///
  /// The first `length - hop` samples of all are covered by fewer segments than the others; they are right
  /// where the recording was extended by as many zeros in front.
  package mutating func add(_ spectrum: View<Double>, into samples: inout [Double]) {
    plan.transform(spectrum, into: segment.view)
    let (sums, segment, weights) = (sums.view, segment.view, weights.view)
    for index in 0..<length { sums[index] += segment[index] * weights[index] }
    samples.append(contentsOf: sums.copy(first: hop))
    sums.assign(sums.reading.slice(hop, count: length - hop))
    sums.fill(length - hop..<length, with: 0)
  }
}
