import Base
import LinearAlgebra

/// What is done to each sample of a channel.
package enum FilterAction: Sendable {
  case none
  /// Once through the sections; from rest, or from the steady state of the first sample.
  case causal([Section], startsSteady: Bool)
  /// Forwards and backwards through the sections.
  case zeroPhase([Section])
  /// A finite impulse response, its delay taken out or not.
  case finite([Double], delay: Int)

  /// What a sine of ω radians per sample is multiplied with.
  package func response(_ angle: Double) -> Complex {
    switch self {
    case .none: return Complex(1)
    case .causal(let sections, _): return sections.response(angle)
    case .zeroPhase(let sections): return Complex(sections.response(angle).squaredMagnitude)
    case .finite(let taps, let delay):
      return impulseResponse(taps, angle) * Complex(angle: angle * Double(delay))
    }
  }
}

/// A change of the sample rate behind the filter.
package struct RateChange: Sendable {
  package let up: Int
  package let down: Int
  /// The low-pass, at `up` times the rate.
  package let taps: [Double]
  package let delay: Int
  package let window: Window

  /// Edge of the low-pass, where half of the magnitude is left, over half of the rate before the change.
  package var edge: Double { Double(up) / Double(max(up, down)) }

  /// What the low-pass multiplies a sine of ω radians per sample, at the rate before the change, with.
  package func response(_ angle: Double) -> Complex {
    let step = angle / Double(up)
    return impulseResponse(taps, step) * Complex(angle: step * Double(delay))
      * Complex(1 / Double(up))
  }

  /// Resampling by a ratio in lowest terms, with the low-pass of ``resamplingFilter(up:down:)``.
  package init(up: Int, down: Int) {
    var (a, b) = (up, down)
    while b != 0 { (a, b) = (b, a % b) }
    self.up = up / a
    self.down = down / a
    (taps, delay, window) = resamplingFilter(up: up / a, down: down / a)
  }

  /// Keeping each `factor`-th sample behind a low-pass of `20 factor + 1` taps with a Hamming window.
  package init(keepingEach factor: Int) {
    (up, down, delay, window) = (1, factor, 10 * factor, .hamming)
    taps = finiteImpulse(
      taps: 20 * factor + 1, .lowPass(1 / Double(factor)), window: window)
  }
}

/// The filter of one channel, with its change of rate: a stream of samples in, a stream of samples out.
///
/// A stretch is taken by ``begin()``, any number of ``add(_:)`` and one ``end()``; then ``drain()`` hands
/// out the rest piece by piece. What is ready is in ``ready``, which the caller empties.
package final class ChannelFilter {
  package var ready: [Double] = []

  private let action: FilterAction
  private let change: RateChange?
  private let store: (any SampleStore)?
  private var cascade: SectionCascade?
  private var finite: PolyphaseFilter?
  private var zeroPhase: ZeroPhaseFilter?
  private var resampler: PolyphaseFilter?
  private var filtered: [Double] = []
  private var stored = 0..<0
  private var isDraining = false
  private var work: Buffer<Double>

  private static let piece = 1 << 15

  /// - Parameter store: what a zero-phase filter keeps its forward pass in; nobody else uses it.
  package init(_ action: FilterAction, _ change: RateChange?, store: (any SampleStore)? = nil) {
    self.action = action
    self.change = change
    self.store = store
    work = Buffer(repeating: 0, count: Self.piece)
  }

  /// Begins a stretch.
  package func begin() {
    cascade = nil
    switch action {
    case .none, .causal: break
    case .zeroPhase(let sections):
      zeroPhase = ZeroPhaseFilter(sections, store: store ?? MemoryStore())
    case .finite(let taps, let delay): finite = PolyphaseFilter(taps, delay: delay)
    }
    if let change {
      resampler = PolyphaseFilter(
        change.taps, up: change.up, down: change.down, delay: change.delay)
    }
  }

  /// Takes the next samples of the stretch.
  package func add(_ samples: View<Double>) throws(KilnError) {
    switch action {
    case .none: pass(samples)
    case .causal(let sections, let startsSteady):
      guard samples.count > 0 else { return }
      if cascade == nil {
        cascade = SectionCascade(sections, steadyInput: startsSteady ? samples[0] : 0)
      }
      if work.count < samples.count { work = Buffer(repeating: 0, count: samples.count) }
      let part = work.view.slice(0, count: samples.count)
      part.assign(samples)
      cascade?.filter(part)
      pass(part.reading)
    case .zeroPhase: try zeroPhase?.add(samples)
    case .finite:
      filtered.removeAll(keepingCapacity: true)
      finite?.filter(samples, into: &filtered)
      filtered.withView { pass($0) }
    }
  }

  /// Ends the stretch.
  package func end(isCancelled: () -> Bool = { false }) throws(KilnError) {
    isDraining = true
    switch action {
    case .none, .causal: stored = 0..<0
    case .zeroPhase: stored = try zeroPhase?.finish(isCancelled: isCancelled) ?? 0..<0
    case .finite:
      filtered.removeAll(keepingCapacity: true)
      finite?.finish(into: &filtered)
      filtered.withView { pass($0) }
    }
  }

  /// Makes some more of an ended stretch ready; false when that was all.
  package func drain() throws(KilnError) -> Bool {
    guard isDraining else { return false }
    let count = min(Self.piece, stored.count)
    if count > 0, let store {
      let part = work.view.slice(0, count: count)
      try store.read(at: stored.lowerBound, into: part)
      pass(part.reading)
      stored = stored.dropFirst(count)
    }
    if stored.isEmpty {
      resampler?.finish(into: &ready)
      isDraining = false
    }
    return true
  }

  private func pass(_ samples: View<Double>) {
    guard resampler == nil else {
      resampler?.filter(samples, into: &ready)
      return
    }
    let start = ready.count
    ready.append(contentsOf: repeatElement(0, count: samples.count))
    ready.withMutableView { $0.assign(samples, at: start) }
  }
}

/// The mean square of a stream.
package struct RunningPower: Sendable {
  private var sum = 0.0
  private var count = 0

  package init() {}

  package mutating func add(_ samples: View<Double>) {
    var lanes = SIMD8<Double>.zero
    var index = 0
    while index + 8 <= samples.count {
      lanes.addProduct(samples[eight: index], samples[eight: index])
      index += 8
    }
    var part = lanes.sum()
    while index < samples.count {
      part += samples[index] * samples[index]
      index += 1
    }
    sum += part
    count += samples.count
  }

  package var rms: Double { count == 0 ? 0 : (sum / Double(count)).squareRoot() }
}
