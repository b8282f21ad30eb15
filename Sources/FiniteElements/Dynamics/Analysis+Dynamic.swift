import LinearAlgebra

/// Linear transient steps by direct integration (`*DYNAMIC`).
extension Analysis {
  mutating func runDynamic(_ step: Step, _ request: DynamicRequest) throws(AnalysisError) {
    summary.solution = SolutionReport(.direct("one factor serves all increments of a size"))
    try observer.report(.assemble, 0)
    let thermal = thermalState()
    var given = GivenMotion(step, state)
    let system = try LinearSystem(
      deck, components: 3, constraints: step.constraints, prescribed: Set(given.course.freedoms))
    let matrices = try DynamicMatrices(deck, thermal, system, step.densityTemperatures, observer)
    summary.equations = system.equationCount
    summary.nonzeros = system.pattern.rows.count
    let loads = TransientLoads(deck, step, thermal, before: state.forces) { system.reduce($0) }
    try observer.report(.factor, 0)
    var integration = try started(step, request, matrices, given, loads)
    let pullBefore = matrices.pull(of: given.displacements)
    given.jump(to: 0)
    var pull = matrices.pull(of: given.displacements)
    integration.jump(by: pull.indices.map { pullBefore[$0] - pull[$0] })

    let newmark = Newmark(alpha: request.alpha)
    var increments = IncrementSequence(
      request.increments, period: step.period, timePoints: step.printTimes ?? [])
    var (number, isEnough) = (0, false)
    while !isEnough, let increment = increments.next() {
      number += 1
      try checkLimit(step, number)
      if given.move(to: increment.end, increment.size, newmark) {
        pull = matrices.pull(of: given.displacements)
      }
      let forces = loads.forces(at: increment.end)
      try integration.advance(increment.size, load: forces.indices.map { forces[$0] - pull[$0] })
      isEnough = try report(increment, number, of: step)
      guard step.prints(increment, number) || isEnough else { continue }
      take(integration.motion, given, system)
      try emitState(step, system, number, stepTime: increment.end)
    }
    take(integration.motion, given, system)
    state.forces = LoadVector(deck: deck).forces(of: step)
  }

  /// The integration at the beginning of the step, accelerations included.
  private func started(
    _ step: Step, _ request: DynamicRequest, _ matrices: DynamicMatrices, _ given: GivenMotion,
    _ loads: TransientLoads
  ) throws(AnalysisError) -> DirectIntegration {
    let forces = loads.forces(at: 0)
    let pull = matrices.pull(of: given.displacements)
    let load = forces.indices.map { forces[$0] - pull[$0] }
    do throws(AnalysisError) {
      return try started(request, matrices, load)
    } catch {
      guard case .mechanism = error else { throw error }
      return try started(request, matrices.withFullMass(step.densityTemperatures), load)
    }
  }

  private func started(
    _ request: DynamicRequest, _ matrices: DynamicMatrices, _ load: [Double]
  ) throws(AnalysisError) -> DirectIntegration {
    try DirectIntegration(
      matrices, Newmark(alpha: request.alpha), firstIncrement: request.increments.initial,
      displacements: matrices.system.unknowns(of: state.displacements),
      velocities: matrices.system.unknowns(of: state.velocities), load: load)
  }

  /// Keeps the motion of all freedoms.
  private mutating func take(
    _ motion: Motion, _ given: borrowing GivenMotion, _ system: LinearSystem
  ) {
    state.displacements = system.expand(motion.displacements, prescribed: given.displacements)
    state.velocities = system.expand(motion.velocities, prescribed: given.velocities)
  }

  /// Tells of an increment that has been computed; true where the step has come far enough.
  func report(
    _ increment: IncrementSequence.Increment, _ number: Int, of step: Step
  ) throws(AnalysisError) -> Bool {
    try observer.report(
      .solve, min(increment.end / step.period, 1),
      [.increment: Double(number), .time: step.endTime - step.period + increment.end])
  }

  func checkLimit(_ step: Step, _ number: Int) throws(AnalysisError) {
    guard number > step.incrementLimit else { return }
    throw .tooManyIncrements(step.place, limit: step.incrementLimit)
  }

  /// Writes the present state as an increment of a step.
  ///
  /// - Parameter basis: the modes whose sum the state is; nil where it is none.
  mutating func emitState(
    _ step: Step, _ system: LinearSystem, _ increment: Int, stepTime: Double,
    _ basis: ModalBasis? = nil
  ) throws(AnalysisError) {
    guard !step.isSilent else { return }
    let recovery = StressRecovery(
      deck: deck, withStrain: step.needsStrain, thermal: thermalState(), hasInitialStress: true)
    var frame = try recovery.frame(step, state.displacements, observer)
    basis?.prestress?.correct(&frame, deck, basis?.heated)
    for discrete in StiffnessOperator(deck).discretes {
      system.add(discrete, times: state.displacements, to: &frame.internalForces)
    }
    frame.internalForces = system.printedForces(frame.internalForces)
    frame.increment = increment
    frame.time = step.endTime - step.period + stepTime
    frame.velocities = state.velocities
    try emit(frame)
  }
}

/// The motion of the prescribed freedoms during a step.
private struct GivenMotion {
  let course: PrescribedMotion
  private var motion: Motion
  private let count: Int

  init(_ step: Step, _ state: AnalysisState) {
    course = PrescribedMotion(step, state.displacements)
    count = state.displacements.count
    motion = Motion(
      displacements: course.freedoms.map { state.displacements[$0] },
      velocities: course.freedoms.map { state.velocities[$0] },
      accelerations: course.freedoms.map { _ in 0 })
  }

  /// By freedom, zero where nothing is prescribed.
  var displacements: [Double] { course.scattered(motion.displacements, count: count) }
  var velocities: [Double] { course.scattered(motion.velocities, count: count) }

  /// Takes the displacements of a time; velocities and accelerations stay.
  mutating func jump(to time: Double) { motion.displacements = course.values(at: time) }

  /// Moves on to a time; tells whether any displacement changed.
  mutating func move(to time: Double, _ dt: Double, _ newmark: Newmark) -> Bool {
    let before = motion.displacements
    newmark.follow(course.values(at: time), &motion, dt)
    return motion.displacements != before
  }
}

extension LinearSystem {
  /// The values of the unknowns among those of all freedoms.
  func unknowns(of full: [Double]) -> [Double] {
    var values = [Double](repeating: 0, count: equationCount)
    for (freedom, equation) in numbering.equations.enumerated() where equation >= 0 {
      values[equation] = full[freedom]
    }
    return values
  }
}

extension Step {
  /// The times since the step's beginning at which alone results are wanted; nil for all.
  var printTimes: [Double]? {
    guard let points = printSchedule.timePoints ?? fileSchedule.timePoints else { return nil }
    return points.isTotalTime ? points.times.map { $0 - (endTime - period) } : points.times
  }

  /// Whether the state after an increment is printed: every so many ones and at the end.
  func prints(_ increment: IncrementSequence.Increment, _ number: Int) -> Bool {
    let isLast = abs(period - increment.end) <= 1e-6 * period
    guard printTimes == nil else { return isLast || increment.isTimePoint }
    return isLast || number % max(printSchedule.frequency, 1) == 0
  }

  /// Whether nothing at all is printed.
  var isSilent: Bool {
    nodePrints.isEmpty && elementPrints.isEmpty && nodeFile.isEmpty && elementFile.isEmpty
  }
}
