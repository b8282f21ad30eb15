import LinearAlgebra

/// Changes the sampling rate by `up / down` with a finite impulse response, and filters with it when both
/// are one: `y[m] = Σ x[i] h[delay + m down - i up]`, with zeros outside the recording.
///
/// Only products that count are computed (R. Crochiere, L. Rabiner, Multirate Digital Signal Processing,
/// 1983, section 3.3). Memory does not depend on the length of the recording.
package struct PolyphaseFilter: ~Copyable {
  package let up: Int
  package let down: Int
  private let delay: Int
  /// Inputs that one output is made of, at most.
  private let span: Int
  /// For each phase the taps in the order of the inputs, padded with zeros in front.
  private let phases: Buffer<Double>
  private var held: Buffer<Double>
  private var heldCount = 0
  /// Index in the recording of the first sample held; negative for the zeros before it.
  private var heldStart: Int
  private var received = 0
  private var produced = 0

  /// - Parameters:
  ///   - taps: the impulse response at `up` times the input's rate.
  ///   - delay: 0 for a causal filter; half of the length of a symmetric response takes its delay out.
  package init(_ taps: [Double], up: Int = 1, down: Int = 1, delay: Int = 0) {
    precondition(up >= 1 && down >= 1 && delay >= 0 && !taps.isEmpty, "no such change of rate")
    self.up = up
    self.down = down
    self.delay = delay
    let terms = (taps.count + up - 1) / up
    // Whole vectors where each output is a product of its own.
    let span = up == 1 && down == 1 ? terms : (terms + 7) & ~7
    self.span = span
    phases = Buffer(repeating: 0, count: up * span)
    for phase in 0..<up {
      for term in 0..<terms where phase + term * up < taps.count {
        phases.view[phase * span + span - 1 - term] = taps[phase + term * up]
      }
    }
    heldStart = -span
    held = Buffer(repeating: 0, count: 2 * span)
    heldCount = span
  }

  /// How many outputs a recording of this length has: as many as fit into its time.
  package func outputs(of count: Int) -> Int { (count * up + down - 1) / down }

  /// Takes samples; appends the outputs that they complete.
  package mutating func filter(_ samples: View<Double>, into outputs: inout [Double]) {
    hold(samples)
    received += samples.count
    // The last input of output m has the index (delay + m down) / up, rounded down.
    let last = heldStart + heldCount - 1
    produce(until: ((last + 1) * up - delay + down - 1) / down, into: &outputs)
  }

  /// The outputs that still miss samples: what follows the recording counts as zeros.
  package mutating func finish(into outputs: inout [Double]) {
    let total = self.outputs(of: received)
    let lastInput = (delay + max(0, total - 1) * down) / up
    let missing = max(0, lastInput - (heldStart + heldCount) + 1)
    let zeros = Buffer(repeating: 0.0, count: missing)
    hold(zeros.view.reading)
    produce(until: total, into: &outputs)
  }

  private mutating func produce(until end: Int, into outputs: inout [Double]) {
    let end = max(produced, end)
    outputs.reserveCapacity(outputs.count + end - produced)
    let inputs = held.view.reading
    if up == 1 && down == 1 {
      let start = produced + delay - span + 1 - heldStart
      convolve(inputs, from: start, phases.view.reading, count: end - produced, into: &outputs)
    } else {
      pick(inputs, until: end, into: &outputs)
    }
    produced = end
  }

  /// The outputs up to `end`, one by one: each begins `down / up` inputs behind the one before.
  private borrowing func pick(
    _ inputs: View<Double>, until end: Int, into outputs: inout [Double]
  ) {
    let results = Buffer(repeating: 0.0, count: end - produced)
    let target = results.view
    let taps = phases.view.reading
    let place = delay + produced * down
    var start = place / up - span + 1 - heldStart
    var phase = place % up
    let (whole, part) = (down / up, down % up)
    for index in 0..<target.count {
      target[index] = dot(inputs, start, taps, phase * span, count: span)
      start += whole
      phase += part
      if phase >= up {
        phase -= up
        start += 1
      }
    }
    outputs.append(contentsOf: target.copy(first: target.count))
  }

  /// Appends the samples to those held, and lets go of what no output needs any more.
  private mutating func hold(_ samples: View<Double>) {
    let needed = (delay + produced * down) / up - span + 1
    let used = min(max(0, needed - heldStart), heldCount)
    let kept = heldCount - used
    if held.count < kept + samples.count {
      let larger = Buffer(repeating: 0.0, count: 2 * (kept + samples.count))
      larger.view.assign(held.view.reading.slice(used, count: kept))
      held = larger
    } else {
      held.view.assign(held.view.reading.slice(used, count: kept))
    }
    held.view.assign(samples, at: kept)
    heldStart += used
    heldCount = kept + samples.count
  }
}

/// `Σ a[i] b[i]` of a multiple of eight numbers, in eight lanes.
@inline(__always)
private func dot(
  _ a: View<Double>, _ startA: Int, _ b: View<Double>, _ startB: Int, count: Int
) -> Double {
  var lanes = SIMD8<Double>.zero
  var index = 0
  while index < count {
    lanes.addProduct(a[eight: startA + index], b[eight: startB + index])
    index += 8
  }
  let four = lanes.lowHalf + lanes.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Sliding products with all taps, thirty-two neighbouring outputs at once.
private func convolve(
  _ inputs: View<Double>, from start: Int, _ taps: View<Double>, count: Int,
  into outputs: inout [Double]
) {
  let results = Buffer(repeating: 0.0, count: count)
  let target = results.view
  var index = 0
  while index + 32 <= count {
    var (a, b) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    var (c, d) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for tap in 0..<taps.count {
      let weight = SIMD8(repeating: taps[tap])
      let place = start + index + tap
      a.addProduct(inputs[eight: place], weight)
      b.addProduct(inputs[eight: place + 8], weight)
      c.addProduct(inputs[eight: place + 16], weight)
      d.addProduct(inputs[eight: place + 24], weight)
    }
    target[vector8: index] = a
    target[vector8: index + 8] = b
    target[vector8: index + 16] = c
    target[vector8: index + 24] = d
    index += 32
  }
  while index < count {
    var sum = 0.0
    for tap in 0..<taps.count { sum += inputs[start + index + tap] * taps[tap] }
    target[index] = sum
    index += 1
  }
  outputs.append(contentsOf: target.copy(first: count))
}

/// The low-pass that a change of the rate needs, at `up` times the input's rate: a Kaiser window over ten
/// zero crossings of the ideal response on either side, and its delay.
package func resamplingFilter(
  up: Int, down: Int
) -> (taps: [Double], delay: Int, window: Window) {
  let window = Window.kaiser(beta: 5)
  let rate = max(up, down)
  let half = 10 * rate
  guard rate > 1 else { return ([1], 0, window) }
  let taps = finiteImpulse(
    taps: 2 * half + 1, .lowPass(1 / Double(rate)), window: window)
  return (taps.map { $0 * Double(up) }, half, window)
}
