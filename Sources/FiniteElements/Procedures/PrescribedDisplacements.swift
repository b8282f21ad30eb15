extension Step {
  /// Prescribed displacements at the end of the step by freedom, zero elsewhere.
  ///
  /// - Parameter previous: the displacements that the step before left.
  func prescribedDisplacements(after previous: [Double]) -> [Double] {
    var values = [Double](repeating: 0, count: previous.count)
    for (freedom, value) in prescribed {
      switch value {
      case .value(let displacement, let course):
        let factor = course.factor(stepTime: period, totalTime: endTime) ?? 1
        values[freedom] = factor * displacement
      case .held: values[freedom] = previous[freedom]
      }
    }
    return values
  }
}

extension Analysis {
  /// Prescribed displacements at the end of a step by degree of freedom, zero elsewhere.
  func prescribedDisplacements(of step: Step) -> [Double] {
    step.prescribedDisplacements(after: state.displacements)
  }
}
