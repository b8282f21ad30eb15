/// Where the files of a solution go; a file whose sink is nil is not made.
package struct SolveOutputs {
  package var dat: ByteSink?
  package var frd: ByteSink?
  /// Called once for each step, and for each of its modes, counted from 1: where its `.vtu` goes.
  package var vtu: ((_ step: Int, _ mode: Int?) -> ByteSink?)?

  package init(
    dat: ByteSink? = nil, frd: ByteSink? = nil,
    vtu: ((_ step: Int, _ mode: Int?) -> ByteSink?)? = nil
  ) {
    self.dat = dat
    self.frd = frd
    self.vtu = vtu
  }
}

extension Deck {
  /// Runs all steps and writes the results.
  ///
  /// - Parameters:
  ///   - settings: threads, memory, and whether the job decides the method.
  ///   - observer: told of the progress, asked whether to stop.
  /// - Returns: the scalars; `phases` does not contain reading, which happened before.
  package func solve(
    _ settings: SolverSettings, outputs: SolveOutputs, observer: Observer = Observer()
  ) throws(AnalysisError) -> Summary {
    var analysis = Analysis(
      deck: self, settings, observer: observer, results: ResultWriter(self, outputs))
    for step in steps { try analysis.run(step) }
    return try analysis.finish()
  }
}

/// The files that are asked for.
struct ResultWriter: ~Copyable {
  private let deck: Deck
  private let vtu: ((Int, Int?) -> ByteSink?)?
  var dat: DatWriter?
  private var frd: FrdWriter?
  private var hasBegun = false

  init(_ deck: Deck, _ outputs: SolveOutputs) {
    self.deck = deck
    vtu = outputs.vtu
    dat = if let sink = outputs.dat { DatWriter(deck: deck, sink: sink) } else { nil }
    frd = if let sink = outputs.frd { FrdWriter(deck: deck, sink: sink) } else { nil }
  }

  mutating func write(_ frame: Frame, _ nodal: NodalFields) throws {
    if !hasBegun { try frd?.begin() }
    hasBegun = true
    try dat?.write(frame)
    try frd?.write(frame, nodal)
    if let sink = vtu?(frame.step.number, frame.modeNumber) {
      var writer = VtuWriter(deck: deck, sink: sink)
      try writer.write(frame, nodal)
    }
  }

  mutating func finish() throws {
    try dat?.finish()
    try frd?.finish()
  }
}
