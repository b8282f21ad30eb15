/// Forces on the unknowns as a function of time: one vector for each course of loads in time.
struct TransientLoads {
  private let step: Step
  private let parts: [(course: TimeCourse, forces: [Double])]
  /// What the previous step's loads amounted to at its end: where a ramp begins.
  private let before: [Double]
  /// Forces that stay: those of thermal strains and initial stresses.
  private let constant: [Double]

  /// - Parameters:
  ///   - thermal: what temperatures do; nil when that is nothing.
  ///   - before: forces on all freedoms at the end of the previous step; empty stands for zero.
  ///   - reduce: turns forces on all freedoms into those on the unknowns.
  init(
    _ deck: Deck, _ step: Step, _ thermal: ThermalState? = nil, before: [Double],
    reduce: ([Double]) -> [Double]
  ) {
    self.step = step
    let loads = LoadVector(deck: deck)
    var courses: [TimeCourse] = []
    for course in step.forces.map(\.course) + step.distributed.map(\.course)
    where !courses.contains(course) {
      courses.append(course)
    }
    parts = courses.map { course in
      (course, reduce(loads.forces(of: step) { $0 == course ? 1 : 0 }))
    }
    var forces = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    self.before = reduce(before.isEmpty ? forces : before)
    thermal?.addForces(to: &forces)
    deck.addInitialForces(to: &forces, thermal)
    constant = reduce(forces)
  }

  /// The forces at a time since the step's beginning.
  ///
  /// Without an amplitude a load is there at once, or grows over the step where `*STEP` says
  /// AMPLITUDE=RAMP.
  func forces(at time: Double) -> [Double] {
    var sum = constant
    let total = step.endTime - step.period + time
    for part in parts {
      let share = step.period > 0 ? time / step.period : 1
      let factor: Double
      if let given = part.course.factor(stepTime: time, totalTime: total) {
        factor = given
      } else if step.loadCourse == .ramp {
        factor = share
        for entry in sum.indices { sum[entry] += (1 - share) * before[entry] }
      } else {
        factor = 1
      }
      for entry in sum.indices { sum[entry] += factor * part.forces[entry] }
    }
    return sum
  }
}
