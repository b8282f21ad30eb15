/// Where the files of a solution go; a file whose sink is nil is not made.
package struct SolveOutputs {
  package var dat: ByteSink?
  package var frd: ByteSink?
  /// Called once for each step: where its `.vtu` goes.
  package var vtu: ((_ step: Int) -> ByteSink?)?

  package init(
    dat: ByteSink? = nil, frd: ByteSink? = nil, vtu: ((_ step: Int) -> ByteSink?)? = nil
  ) {
    self.dat = dat
    self.frd = frd
    self.vtu = vtu
  }
}

extension Deck {
  /// Solves all steps and writes the results.
  ///
  /// - Parameters:
  ///   - threads: how many threads may compute at a time.
  ///   - observer: told of the progress, asked whether to stop.
  /// - Returns: the scalars; `phases` does not contain reading, which happened before.
  package func solve(
    threads: Int, outputs: SolveOutputs, observer: Observer = Observer()
  ) throws(AnalysisError) -> Summary {
    var solver = LinearStatic(deck: self, threads: threads, observer: observer)
    var writer = ResultWriter(self, outputs)
    var summary = Summary()
    var writing = PhaseTimes()
    for step in steps {
      let result = try solver.solve(step)
      try observer.report(.write, 0)
      let start = ContinuousClock.now
      let nodal = NodalFields(self, step, result)
      summary.include(self, result, nodal)
      do {
        try writer.write(step, result, nodal)
      } catch {
        throw .output("\(error)")
      }
      writing.add(.write, since: start)
    }
    do {
      try writer.finish()
    } catch {
      throw .output("\(error)")
    }
    summary.nodes = mesh.nodeCount
    summary.elements = mesh.elementCount
    summary.equations = solver.equationCount
    summary.nonzeros = solver.nonzeroCount
    var times = solver.times
    times.add(writing)
    summary.phases = times.seconds
    return summary
  }
}

/// The files that are asked for.
private struct ResultWriter: ~Copyable {
  private let deck: Deck
  private let vtu: ((Int) -> ByteSink?)?
  private var dat: DatWriter?
  private var frd: FrdWriter?
  private var hasBegun = false

  init(_ deck: Deck, _ outputs: SolveOutputs) {
    self.deck = deck
    vtu = outputs.vtu
    dat = if let sink = outputs.dat { DatWriter(deck: deck, sink: sink) } else { nil }
    frd = if let sink = outputs.frd { FrdWriter(deck: deck, sink: sink) } else { nil }
  }

  mutating func write(_ step: Step, _ result: StepResult, _ nodal: NodalFields) throws {
    if !hasBegun { try frd?.begin() }
    hasBegun = true
    try dat?.write(step, result)
    try frd?.write(step, result, nodal)
    if let sink = vtu?(step.number) {
      var writer = VtuWriter(deck: deck, sink: sink)
      try writer.write(result, nodal)
    }
  }

  mutating func finish() throws {
    try dat?.finish()
    try frd?.finish()
  }
}
