/// Displacements that a step prescribes, as functions of time.
struct PrescribedMotion {
  /// Ascending.
  let freedoms: [Int]
  private let step: Step
  private let rules: [Prescribed]
  private let before: [Double]

  /// - Parameter displacements: of all freedoms, at the beginning of the step.
  init(_ step: Step, _ displacements: [Double]) {
    self.step = step
    freedoms = step.prescribed.keys.sorted()
    rules = freedoms.compactMap { step.prescribed[$0] }
    before = freedoms.map { displacements[$0] }
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

  /// Values by freedom, zero where nothing is prescribed.
  func scattered(_ values: [Double], count: Int) -> [Double] {
    var full = [Double](repeating: 0, count: count)
    for (place, freedom) in freedoms.enumerated() { full[freedom] = values[place] }
    return full
  }
}
