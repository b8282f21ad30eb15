import LinearAlgebra

/// Many oscillators on one base whose acceleration arrives in blocks; keeps their states and peaks.
package struct OscillatorBank: ~Copyable {
  package let oscillators: [Oscillator]
  private let groups: Int
  private let steps: Buffer<SIMD8<Double>>
  private let states: Buffer<SIMD8<Double>>
  private let primary: Buffer<SIMD8<Double>>
  private var before: Double?
  private let residual: Buffer<SIMD8<Double>>
  private var isShockOver = false

  private static let lanes = 8
  private static let coefficients = 9
  private static let peaks = 6

  /// All oscillators start at rest with the first sample.
  ///
  /// - Parameter rateHz: samples per second.
  package init(_ oscillators: [Oscillator], rateHz: Double) {
    self.oscillators = oscillators
    groups = (oscillators.count + Self.lanes - 1) / Self.lanes
    steps = Buffer(repeating: .zero, count: groups * Self.coefficients)
    states = Buffer(repeating: .zero, count: groups * 2)
    primary = Buffer(repeating: .zero, count: groups * Self.peaks)
    residual = Buffer(repeating: .zero, count: groups * Self.peaks)
    for (index, oscillator) in oscillators.enumerated() {
      let step = OscillatorStep(oscillator, seconds: 1 / rateHz)
      let numbers = [
        step.yy, step.yw, step.ya, step.yb, step.wy, step.ww, step.wa, step.wb,
        2 * oscillator.damping,
      ]
      for (place, number) in numbers.enumerated() {
        steps.view[index / Self.lanes * Self.coefficients + place][index % Self.lanes] = number
      }
    }
  }

  /// What comes from now on counts as residual: the shock is over.
  package mutating func endShock() { isShockOver = true }

  /// Takes the next accelerations of the base.
  package mutating func add(_ base: View<Double>) {
    guard base.count > 0 else { return }
    let start = before == nil ? 1 : 0
    let first = before ?? base[0]
    for group in 0..<groups { swing(base, from: start, after: first, group: group) }
    before = base[base.count - 1]
  }

  private func swing(_ base: View<Double>, from start: Int, after first: Double, group: Int) {
    let c = steps.view.slice(group * Self.coefficients, count: Self.coefficients)
    let (yy, yw, ya, yb) = (c[0], c[1], c[2], c[3])
    let (wy, ww, wa, wb) = (c[4], c[5], c[6], c[7])
    let loss = c[8]
    let states = self.states.view
    var y = states[2 * group]
    var w = states[2 * group + 1]
    let peaks = peakView.slice(group * Self.peaks, count: Self.peaks)
    var (highY, lowY, highW) = (peaks[0], peaks[1], peaks[2])
    var (lowW, highZ, lowZ) = (peaks[3], peaks[4], peaks[5])
    var old = SIMD8<Double>(repeating: first)
    for index in start..<max(base.count, start) {
      let new = SIMD8<Double>(repeating: base[index])
      let drivenY = ya * old + yb * new
      let drivenW = wa * old + wb * new
      let nextY = yy * y + yw * w + drivenY
      w = wy * y + ww * w + drivenW
      y = nextY
      old = new
      let z = -(y + loss * w)
      highY.replace(with: y, where: y .> highY)
      lowY.replace(with: y, where: y .< lowY)
      highW.replace(with: w, where: w .> highW)
      lowW.replace(with: w, where: w .< lowW)
      highZ.replace(with: z, where: z .> highZ)
      lowZ.replace(with: z, where: z .< lowZ)
    }
    states[2 * group] = y
    states[2 * group + 1] = w
    (peaks[0], peaks[1], peaks[2]) = (highY, lowY, highW)
    (peaks[3], peaks[4], peaks[5]) = (lowW, highZ, lowZ)
  }

  private var peakView: MutableView<SIMD8<Double>> {
    isShockOver ? residual.view : primary.view
  }

  /// Peaks so far of one oscillator.
  package func response(_ index: Int) -> OscillatorPeaks {
    let oscillator = oscillators[index]
    let (group, lane) = (index / Self.lanes, index % Self.lanes)
    func peak(_ view: MutableView<SIMD8<Double>>, _ place: Int) -> Double {
      view[group * Self.peaks + place][lane]
    }
    var peaks = OscillatorPeaks(oscillator: oscillator)
    for view in [primary.view, residual.view] {
      peaks.displacement = max(peaks.displacement, peak(view, 0), -peak(view, 1))
      peaks.velocity = max(peaks.velocity, peak(view, 2), -peak(view, 3))
    }
    peaks.displacement /= oscillator.omega * oscillator.omega
    peaks.velocity /= oscillator.omega
    peaks.primary = (peak(primary.view, 4), peak(primary.view, 5))
    let swing = FreeSwing(
      y: states.view[2 * group][lane], w: states.view[2 * group + 1][lane],
      damping: oscillator.damping)
    peaks.residual = (
      max(swing.highest, peak(residual.view, 4)), min(swing.lowest, peak(residual.view, 5))
    )
    return peaks
  }
}

/// Largest responses of an oscillator, in the units of the base's acceleration and seconds.
package struct OscillatorPeaks: Sendable {
  package let oscillator: Oscillator
  /// Of the relative displacement, at sample times.
  package internal(set) var displacement = 0.0
  /// Of the relative velocity, at sample times.
  package internal(set) var velocity = 0.0
  /// Absolute acceleration until the shock's end, at sample times; the negative one is ≤ 0.
  package internal(set) var primary = (positive: 0.0, negative: 0.0)
  /// Absolute acceleration after it: at sample times, and of the free swing after the last sample.
  package internal(set) var residual = (positive: 0.0, negative: 0.0)

  init(oscillator: Oscillator) { self.oscillator = oscillator }

  /// ω · displacement.
  package var pseudoVelocity: Double { oscillator.omega * displacement }
  /// ω² · displacement.
  package var pseudoAcceleration: Double { oscillator.omega * pseudoVelocity }
  /// Largest absolute acceleration while the base was recorded.
  package var acceleration: Double { max(primary.positive, -primary.negative) }
  package var positive: Double { max(primary.positive, residual.positive) }
  package var negative: Double { min(primary.negative, residual.negative) }
  package var maximax: Double { max(positive, -negative) }
}
