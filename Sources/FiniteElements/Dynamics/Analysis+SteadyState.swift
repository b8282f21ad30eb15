import Glibc
import LinearAlgebra

/// Responses to periodic loads by superposition of modes (`*STEADY STATE DYNAMICS`).
extension Analysis {
  mutating func runSteadyState(
    _ step: Step, _ request: SteadyStateRequest
  ) throws(AnalysisError) {
    let model = try modalModel(step)
    let modes = try HarmonicModes(deck, model)
    let loads = try HarmonicLoads(deck, step, model, state)
    let natural = model.basis.modes.eigenvalues.map { $0 > 0 ? $0.squareRoot() : 0 }
    let points = request.points(natural: natural)
    let interval = max(step.printSchedule.frequency, 1)
    for (number, omega) in points.enumerated() {
      try observer.report(.solve, Double(number) / Double(points.count))
      if let period = request.period {
        try runPeriodic(step, period, omega, modes, loads)
      } else if number % interval == 0 {
        try runHarmonic(step, omega, modes, loads)
      }
    }
  }

  /// The real and the imaginary part at one frequency.
  private mutating func runHarmonic(
    _ step: Step, _ omega: Double, _ modes: HarmonicModes, _ loads: HarmonicLoads
  ) throws(AnalysisError) {
    let term = try loads.term(omega)
    let amplitudes = modes.amplitudes(omega, term.forces)
    let frequency = omega / (2 * .pi)
    try writeHarmonicFactors(step, frequency, modes.model, amplitudes)
    let real = loads.expand(
      amplitudes.real, still: term.still.real, prescribed: term.prescribed.real)
    let imaginary = loads.expand(
      amplitudes.imaginary, still: term.still.imaginary, prescribed: term.prescribed.imaginary)
    for isImaginary in [false, true] {
      let recovery = StressRecovery(
        deck: deck, withStrain: step.needsStrain, thermal: modes.model.basis.heated)
      var frame = try recovery.frame(step, isImaginary ? imaginary : real, observer)
      frame.kind = .harmonic(isImaginary: isImaginary)
      frame.time = frequency
      // The velocity is i ω times the displacement.
      frame.velocities = isImaginary ? real.map { omega * $0 } : imaginary.map { -omega * $0 }
      frame.otherPart = isImaginary ? real : []
      try emit(frame)
    }
  }

  /// The states of one period under a load with the base frequency `omega`.
  private mutating func runPeriodic(
    _ step: Step, _ period: SteadyStateRequest.LoadPeriod, _ omega: Double,
    _ modes: HarmonicModes, _ loads: HarmonicLoads
  ) throws(AnalysisError) {
    let count = period.termCount
    let times = (0..<count).map {
      period.start + (period.end - period.start) * Double($0) / Double(count)
    }
    let start = step.endTime - step.period
    func factor(_ course: TimeCourse, _ time: Double) -> Double {
      course.factor(stepTime: time, totalTime: start + time) ?? 1
    }
    let order = modes.model.basis.system.equationCount
    let zeros = [Double](repeating: 0, count: order)
    var displacements = [[Double]](repeating: zeros, count: count)
    var velocities = displacements
    for place in 0..<count {
      let harmonic = FourierTerm(place, count)
      let frequency = omega * Double(harmonic.order)
      let term = try loads.term(frequency) { course in
        harmonic.coefficient(times.map { factor(course, $0) })
      }
      let amplitudes = modes.amplitudes(frequency, term.forces)
      var real = modes.model.basis.superposed(amplitudes.real)
      let imaginary = modes.model.basis.superposed(amplitudes.imaginary)
      if !term.still.real.isEmpty {
        for entry in real.indices { real[entry] += term.still.real[entry] }
      }
      for state in 0..<count {
        let time = period.start + 2 * .pi / omega * Double(state) / Double(count)
        let angle = frequency * time + harmonic.phase
        let (c, s) = (cos(angle), sin(angle))
        for entry in 0..<order {
          displacements[state][entry] += real[entry] * c - imaginary[entry] * s
          velocities[state][entry] -= frequency * (real[entry] * s + imaginary[entry] * c)
        }
      }
    }
    for state in 0..<count {
      let values = loads.prescribedValues { factor($0, times[state]) }
      let recovery = StressRecovery(
        deck: deck, withStrain: step.needsStrain, thermal: modes.model.basis.heated)
      var frame = try recovery.frame(
        step, loads.expand(displacements[state], prescribed: values), observer)
      frame.kind = .periodic
      frame.time = period.start + 2 * .pi / omega * Double(state) / Double(count)
      frame.velocities = loads.expand(velocities[state], prescribed: values.map { _ in 0 })
      try emit(frame)
    }
  }
}

/// A term of the discrete Fourier series of `count` equidistant values: the mean, then a cosine and a
/// sine for each multiple of the base frequency.
struct FourierTerm {
  let order: Int
  /// Added to the angle of the cosine.
  let phase: Double
  private let count: Int

  init(_ place: Int, _ count: Int) {
    self.count = count
    order = (place + 1) / 2
    phase = place != 0 && place % 2 == 0 ? .pi / 2 : 0
  }

  /// The factor of cos(order ω t + phase) in the series of the values.
  ///
  /// CalculiX gives the highest cosine of an even number of values twice its share; so do we.
  func coefficient(_ values: [Double]) -> Double {
    let sum = values.enumerated().reduce(0) { sum, entry in
      sum + entry.element
        * cos(2 * .pi * Double(order * entry.offset) / Double(count) + phase)
    }
    return sum / Double(count) * (order == 0 ? 1 : 2)
  }
}
