/// What is transformed, and how it lies in memory.
///
/// A batch is `count` transforms of one length, one behind the other. A complex number is two doubles,
/// real part first, so that a complex sequence of `n` takes `2 n` doubles. The spectrum of a real sequence
/// holds the bins `0 ... n / 2` only; the others are their conjugates.
package struct FourierShape: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// `X[k] = Σ x[j] exp(-2πi jk/n)`, complex to complex.
    case forward
    /// `x[j] = Σ X[k] exp(+2πi jk/n)`, complex to complex, not divided by `n`.
    case inverse
    /// As `forward`, of real numbers.
    case realForward
    /// As `inverse`, to real numbers; imaginary parts of bin 0 and, for even `n`, of bin `n/2` are ignored.
    case realInverse
  }

  package let kind: Kind
  package let length: Int
  package let count: Int
  /// From the start of one sequence to that of the next, in doubles.
  package let inputStride: Int
  package let outputStride: Int

  /// - Parameters:
  ///   - length: samples of one sequence, at least 1.
  ///   - count: sequences of the batch.
  ///   - inputStride: distance of the inputs in doubles; nil where they lie without gaps. Even for complex
  ///     inputs. Real inputs may overlap.
  ///   - outputStride: the same of the outputs, which must not overlap.
  package init(
    _ kind: Kind, length: Int, count: Int = 1, inputStride: Int? = nil, outputStride: Int? = nil
  ) {
    precondition(length >= 1 && count >= 1, "a transform has at least one sample")
    self.kind = kind
    self.length = length
    self.count = count
    self.inputStride = inputStride ?? Self.inputSize(kind, length)
    self.outputStride = outputStride ?? Self.outputSize(kind, length)
    precondition(
      self.outputStride >= Self.outputSize(kind, length), "outputs of a batch must not overlap")
    precondition(
      kind == .realForward || self.inputStride % 2 == 0, "complex sequences start at even places")
    precondition(
      kind == .realInverse || self.outputStride % 2 == 0, "complex sequences start at even places")
  }

  /// How many bins the spectrum of a real sequence has.
  package static func bins(_ length: Int) -> Int { length / 2 + 1 }

  /// Doubles of one input.
  package var inputSize: Int { Self.inputSize(kind, length) }

  /// Doubles of one output.
  package var outputSize: Int { Self.outputSize(kind, length) }

  /// Doubles from the start of the first input to the end of the last.
  package var inputExtent: Int { (count - 1) * inputStride + inputSize }

  package var outputExtent: Int { (count - 1) * outputStride + outputSize }

  private static func inputSize(_ kind: Kind, _ length: Int) -> Int {
    switch kind {
    case .forward, .inverse: 2 * length
    case .realForward: length
    case .realInverse: 2 * bins(length)
    }
  }

  private static func outputSize(_ kind: Kind, _ length: Int) -> Int {
    switch kind {
    case .forward, .inverse: 2 * length
    case .realForward: 2 * bins(length)
    case .realInverse: length
    }
  }
}

/// A batch of discrete Fourier transforms, made ready once and run many times, by any thread.
package protocol FourierTransform: Sendable {
  var shape: FourierShape { get }

  /// Transforms the batch. The input keeps its values; the two views must not overlap.
  ///
  /// Views that start on a multiple of 16 bytes (each ``Buffer`` does) are faster.
  func transform(_ input: View<Double>, into output: MutableView<Double>)
}

/// The transforms of the library that this build links.
package enum Fourier {
  /// A transform made ready; the same shape asked for again is free.
  package static func plan(_ shape: FourierShape) -> any FourierTransform {
    FFTWTransform.cached(shape)
  }

  /// Name and version of the library, for the provenance of results.
  package static var version: String { FFTWTransform.version }
}
