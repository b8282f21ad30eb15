/// Displacements that a step prescribes, as functions of time.
struct PrescribedMotion {
  /// Ascending.
  let freedoms: [Int]
  private let step: Step
  private let rules: [Prescribed]
  private let before: [Double]

  /// - Parameters:
  ///   - displacements: of all freedoms, at the beginning of the step.
  ///   - isImaginary: the imaginary parts of harmonic displacements, zero for the other freedoms.
  init(_ step: Step, _ displacements: [Double], isImaginary: Bool = false) {
    self.step = step
    freedoms = step.prescribed.keys.sorted()
    rules = freedoms.map {
      (isImaginary ? step.imaginaryPrescribed[$0] : step.prescribed[$0]) ?? .value(0)
    }
    before = freedoms.map { displacements[$0] }
  }

  /// Whether a displacement other than zero is prescribed.
  var isMoving: Bool {
    rules.indices.contains { place in
      switch rules[place] {
      case .held: abs(before[place]) > 1e-10
      case .value(let value, _): abs(value) > 1e-10
      }
    }
  }

  /// Values at a time since the step's beginning, in the order of `freedoms`.
  func values(at time: Double) -> [Double] {
    let total = step.endTime - step.period + time
    let share = step.period > 0 ? time / step.period : 1
    return rules.indices.map { place in
      switch rules[place] {
      case .held: return before[place]
      case .value(let value, let course):
        if let factor = course.factor(stepTime: time, totalTime: total) { return factor * value }
        return step.loadCourse == .ramp ? before[place] + share * (value - before[place]) : value
      }
    }
  }

  /// Values where each has the factor that `factor` gives its course; 1 where that is nil.
  func values(_ factor: (TimeCourse) -> Double?) -> [Double] {
    rules.indices.map { place in
      switch rules[place] {
      case .held: before[place]
      case .value(let value, let course): value * (factor(course) ?? 1)
      }
    }
  }

  /// Values by freedom, zero where nothing is prescribed.
  func scattered(_ values: [Double], count: Int) -> [Double] {
    var full = [Double](repeating: 0, count: count)
    for (place, freedom) in freedoms.enumerated() { full[freedom] = values[place] }
    return full
  }
}
