/// Runs the steps of a deck one after the other and hands their frames to the writers.
///
/// Each procedure is an extension of this type in a file of its own: it reads ``state``, computes,
/// calls ``emit(_:)`` for each frame, and leaves the new state for the next step.
struct Analysis: ~Copyable {
  let deck: Deck
  let threads: Int
  let observer: Observer
  /// What the steps so far have led to.
  var state: AnalysisState
  var summary = Summary()
  var times = PhaseTimes()
  private var linearStatic: LinearStatic
  private var results: ResultWriter

  init(deck: Deck, threads: Int, observer: Observer, results: consuming ResultWriter) {
    self.deck = deck
    self.threads = threads
    self.observer = observer
    self.results = results
    state = AnalysisState(deck)
    linearStatic = LinearStatic(deck: deck, threads: threads, observer: observer)
  }

  mutating func run(_ step: Step) throws(AnalysisError) {
    switch step.procedure {
    case .linearStatic: try runStatic(step)
    }
  }

  private mutating func runStatic(_ step: Step) throws(AnalysisError) {
    let frame = try linearStatic.solve(step)
    state.displacements = frame.displacements
    summary.equations = linearStatic.equationCount
    summary.nonzeros = linearStatic.nonzeroCount
    try emit(frame)
  }

  /// Writes a frame to the files that want it and takes its peaks into the summary.
  mutating func emit(_ frame: Frame) throws(AnalysisError) {
    try observer.report(.write, 0)
    let start = ContinuousClock.now
    let frame = deck.structures?.completed(frame) ?? frame
    let nodal = NodalFields(deck, frame)
    summary.include(deck, frame, nodal)
    do {
      try results.write(frame, nodal)
    } catch {
      throw .output("\(error)")
    }
    times.add(.write, since: start)
  }

  /// Completes the files.
  mutating func finish() throws(AnalysisError) -> Summary {
    do {
      try results.finish()
    } catch {
      throw .output("\(error)")
    }
    summary.nodes = deck.mesh.nodeCount
    summary.elements = deck.mesh.elementCount
    times.add(linearStatic.times)
    summary.phases = times.seconds
    return summary
  }
}

/// What a step leaves for the next one.
struct AnalysisState {
  /// By degree of freedom `3 node + direction`.
  var displacements: [Double]
  var velocities: [Double]
  var accelerations: [Double]

  init(_ deck: Deck) {
    displacements = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    velocities = displacements
    accelerations = displacements
  }
}
