/// Forces on modes and displacements of supports under a harmonic load.
final class HarmonicLoads {
  private let model: ModalModel
  private let step: Step
  private let real: PrescribedMotion
  private let imaginary: PrescribedMotion
  /// nil when nothing is prescribed but zeros.
  private let supports: SupportMotion?
  private let realParts: [(course: TimeCourse, forces: [Double])]
  private let imaginaryParts: [(course: TimeCourse, forces: [Double])]
  private let count: Int

  init(
    _ deck: Deck, _ step: Step, _ model: ModalModel, _ state: AnalysisState
  ) throws(AnalysisError) {
    self.model = model
    self.step = step
    count = state.displacements.count
    real = PrescribedMotion(step, state.displacements)
    imaginary = PrescribedMotion(step, state.displacements, isImaginary: true)
    supports =
      real.isMoving || imaginary.isMoving
      ? try SupportMotion(
        deck, model.basis, real, RayleighDamping(),
        start: [Double](repeating: 0, count: state.displacements.count)) : nil
    func parts(_ isImaginary: Bool) -> [(course: TimeCourse, forces: [Double])] {
      let loads = LoadVector(deck: deck)
      var courses: [TimeCourse] = []
      for course in step.forces.map(\.course) + step.distributed.map(\.course)
      where !courses.contains(course) {
        courses.append(course)
      }
      return courses.map { course in
        let forces = loads.forces(of: step, isImaginary: isImaginary) { $0 == course ? 1 : 0 }
        return (course, model.basis.projected(model.basis.system.reduce(forces)))
      }
    }
    realParts = parts(false)
    imaginaryParts = parts(true)
  }

  /// One harmonic term: forces on the modes, and what the supports do.
  struct Term {
    var forces: ComplexVector
    /// Of the prescribed freedoms.
    var prescribed: ComplexVector
    /// Quasi-static displacements of the unknowns; empty when the supports rest.
    var still: ComplexVector
  }

  /// The harmonic load of a circular frequency; amplitudes are functions of the frequency in Hz.
  func term(_ omega: Double) throws(AnalysisError) -> Term {
    let hertz = omega / (2 * .pi)
    func factor(_ course: TimeCourse) -> Double? {
      course.factor(stepTime: hertz, totalTime: hertz)
    }
    let prescribed = ComplexVector(
      real: accelerated(real.values(factor), omega),
      imaginary: accelerated(imaginary.values(factor), omega))
    return try term(
      omega,
      ComplexVector(
        real: sum(realParts) { factor($0) ?? 1 }, imaginary: sum(imaginaryParts) { factor($0) ?? 1 }
      ),
      prescribed)
  }

  /// A term of a Fourier series.
  ///
  /// - Parameter factor: the coefficient of each course.
  func term(
    _ omega: Double, factor: (TimeCourse) -> Double
  ) throws(AnalysisError) -> Term {
    let values = real.values(factor)
    let none = [Double](repeating: 0, count: model.count)
    return try term(
      omega, ComplexVector(real: sum(realParts, factor), imaginary: none),
      ComplexVector(real: values, imaginary: values.map { _ in 0 }))
  }

  /// The values of prescribed freedoms at a time, for a periodic load.
  func prescribedValues(_ factor: (TimeCourse) -> Double) -> [Double] { real.values(factor) }

  /// All freedoms from modal amplitudes, quasi-static displacements and prescribed values.
  func expand(_ amplitudes: [Double], still: [Double], prescribed: [Double]) -> [Double] {
    var unknowns = model.basis.superposed(amplitudes)
    if !still.isEmpty {
      for entry in unknowns.indices { unknowns[entry] += still[entry] }
    }
    return expand(unknowns, prescribed: prescribed)
  }

  func expand(_ unknowns: [Double], prescribed: [Double]) -> [Double] {
    model.basis.system.expand(unknowns, prescribed: real.scattered(prescribed, count: count))
  }

  // Supports that move with u_s bring M u_s (ω² + i ω 2 ζ ω₀) to the modes.
  private func term(
    _ omega: Double, _ forces: ComplexVector, _ prescribed: ComplexVector
  ) throws(AnalysisError) -> Term {
    guard let supports else {
      return Term(
        forces: forces, prescribed: prescribed, still: ComplexVector(real: [], imaginary: []))
    }
    let still = ComplexVector(
      real: try supports.quasiStatic(prescribed.real),
      imaginary: try supports.quasiStatic(prescribed.imaginary))
    let basis = model.basis
    let real = basis.projected(basis.mass.multiplied(by: still.real))
    let imaginary = basis.projected(basis.mass.multiplied(by: still.imaginary))
    var forces = forces
    for mode in 0..<model.count {
      let friction = model.friction(mode)
      forces.real[mode] += omega * (omega * real[mode] + friction * imaginary[mode])
      forces.imaginary[mode] += omega * (omega * imaginary[mode] - friction * real[mode])
    }
    return Term(forces: forces, prescribed: prescribed, still: still)
  }

  /// Accelerations as displacements.
  private func accelerated(_ values: [Double], _ omega: Double) -> [Double] {
    guard !step.acceleratedFreedoms.isEmpty, omega > 0 else { return values }
    return values.indices.map {
      step.acceleratedFreedoms.contains(real.freedoms[$0])
        ? -values[$0] / (omega * omega) : values[$0]
    }
  }

  private func sum(
    _ parts: [(course: TimeCourse, forces: [Double])], _ factor: (TimeCourse) -> Double
  ) -> [Double] {
    var sum = [Double](repeating: 0, count: model.count)
    for part in parts {
      let factor = factor(part.course)
      for mode in sum.indices { sum[mode] += factor * part.forces[mode] }
    }
    return sum
  }
}
