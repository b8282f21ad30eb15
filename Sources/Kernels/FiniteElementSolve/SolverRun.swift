import Base
import FiniteElements
import Glibc
import LinearAlgebra

/// What the finite element kernels share: a deck is solved, its files and its summary are left.
struct SolverRun {
  private let deck: Deck
  private let stem: String
  /// Whether there is a `.dat` with what the deck prints.
  private let hasPrints: Bool
  private let context: KernelContext

  static var libraries: [String: String] {
    ["openblas": BLAS.version, "cholmod": CholeskyFactor.version]
  }

  init(_ deck: Deck, stem: String, hasPrints: Bool, _ context: KernelContext) {
    self.deck = deck
    self.stem = stem
    self.hasPrints = hasPrints
    self.context = context
  }

  /// - Parameter start: when reading began.
  func run(since start: Instant) throws {
    let summary = try solve()
    report(summary, seconds: Instant.now() - start)
    print(summary.solution)
    for notice in notices(summary.solution) { print("notice: \(notice)") }
  }

  /// Reads a deck; its problems become the task's message.
  static func parse(
    name: String, text: [UInt8], _ context: KernelContext, meshes: [String: GmshMesh] = [:],
    include: @escaping (String) throws -> [UInt8]
  ) throws(KilnError) -> Deck {
    try telling { () throws(DeckProblems) in
      try Deck.parse(
        name: name, text: text, placeholders: context.placeholders, meshes: meshes,
        include: include)
    }
  }

  /// What `read` returns; its problems become the task's message.
  static func telling<Value>(
    _ read: () throws(DeckProblems) -> Value
  ) throws(KilnError) -> Value {
    do throws(DeckProblems) {
      return try read()
    } catch {
      throw told(error)
    }
  }

  /// All problems go to the task's log, the first ones into its message, which is one line.
  private static func told(_ problems: DeckProblems) -> KilnError {
    print(problems)
    let first = problems.all.prefix(3).map { problem in
      "\(problem.file):\(problem.line): \(problem.what)" + (problem.fix.map { "; \($0)" } ?? "")
    }
    let more = problems.all.count + problems.omitted - first.count
    let rest = more > 0 ? " · and \(more) more, see the task's log" : ""
    return KilnError(.taskFailed, first.joined(separator: " · ") + rest)
  }

  static func content(_ path: String) throws(KilnError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    return try file.read(at: 0, count: Int(file.size ?? 0))
  }

  private func solve() throws -> FiniteElements.Summary {
    let dat = hasPrints ? try context.output("\(stem).dat") : nil
    let frd = try context.output("\(stem).frd")
    let (context, stem) = (context, stem)
    let several = deck.steps.count > 1
    let outputs = SolveOutputs(
      dat: dat.map { file in { try file.append($0) } }, frd: { try frd.append($0) },
      vtu: { step, mode in
        let name =
          (several ? "\(stem)-\(step)" : stem) + (mode.map { "-mode-\($0)" } ?? "") + ".vtu"
        // A file that cannot be made is told by its first write.
        let file = Result { try context.output(name) }
        return { try file.get().append($0) }
      })
    let observer = Observer(
      progress: { phase, fraction, metrics in
        let named = metrics.map { ($0.key.rawValue, $0.value) }
        return context.progress(
          phase.rawValue, fraction: fraction, metrics: Dictionary(uniqueKeysWithValues: named))
      },
      isCancelled: context.cancellation)
    let settings = try settings()
    do throws(AnalysisError) {
      return try deck.solve(settings, outputs: outputs, observer: observer)
    } catch {
      throw SolverRun.translated(error)
    }
  }

  /// Nothing of the machine: the same job is solved in the same way everywhere.
  private func settings() throws(KilnError) -> SolverSettings {
    let name = try context.text("solver")
    guard let wish = SolverSettings.Wish(rawValue: name) else {
      throw KilnError(.taskFailed, "there is no solver `\(name)`", fix: "write `solver: auto`")
    }
    return SolverSettings(
      threads: context.threads, wish: wish, memory: Double(context.memoryLimit.bytes))
  }

  private static func translated(_ error: AnalysisError) -> any Error {
    switch error {
    case .cancelled: Cancelled()
    case .outOfMemory: OutOfMemory(error.description)
    case .invertedElements, .singular, .mechanism, .illConditioned, .overconstrained,
      .noModes,
      .modesMissing, .noFrequencyStep, .undeterminedTemperature, .noConvergence,
      .notFinite, .tooManyIncrements, .unloadedBuckling, .unstableState, .output:
      KilnError(.taskFailed, error.description, fix: error.fix)
    }
  }

  private func report(_ summary: FiniteElements.Summary, seconds: Seconds) {
    if let peak = summary.displacement { set("max_displacement", peak) }
    if let peak = summary.vonMises { set("max_von_mises", peak) }
    if let peak = summary.temperature { set("max_temperature", peak) }
    context.summary.set("mass", summary.mass ?? 0)
    context.summary.set("equations", Double(summary.equations))
    context.summary.set("nodes", Double(summary.nodes))
    context.summary.set("elements", Double(summary.elements))
    if !summary.eigenvalues.isEmpty { context.summary.set("modes", json: modes(summary)) }
    if !summary.bucklingFactors.isEmpty {
      context.summary.set("buckling_factors", json: numbers(summary.bucklingFactors))
    }
    context.summary.set("seconds", seconds.value, unit: "s")
    context.summary.set("solver", summary.solution.method.rawValue)
    context.summary.set("solver_reason", summary.solution.reason)
    context.summary.set("iterations", Double(summary.solution.iterations ?? 0))
    context.summary.set("residual", summary.solution.residual ?? 0)
    if summary.assembly.entries > 0 {
      context.summary.set("assembly_seconds", summary.assembly.seconds)
      context.summary.set("stored_nonzeros", Double(summary.assembly.entries))
    }
    if let operations = summary.solution.factorOperations {
      context.summary.set("factor_operations", operations)
    }
    if let bytes = summary.solution.iterationBytes {
      context.summary.set("iteration_bytes", bytes)
    }
    if let correction = summary.solution.correction {
      context.summary.set("refinements", Double(summary.solution.refinements))
      context.summary.set("last_correction", correction)
    }
    if let count = summary.sturmCount { context.summary.set("sturm_count", Double(count)) }
    context.summary.set("phases", json: phases(summary))
    context.summary.set("notices", json: texts(notices(summary.solution)))
  }

  private func set(_ name: String, _ peak: FiniteElements.Summary.Peak) {
    context.summary.set(name, peak.value)
    context.summary.set("\(name)_node", Double(peak.node))
    var place = JSONWriter()
    place.beginArray()
    for axis in 0..<3 { place.number(peak.position[axis]) }
    place.endArray()
    context.summary.set("\(name)_at", json: place.bytes)
  }

  /// Frequencies in Hz (negative: unstable), with participation factors and effective masses in the
  /// three directions and about the three axes.
  private func modes(_ summary: FiniteElements.Summary) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for (mode, value) in summary.eigenvalues.enumerated() {
      writer.beginObject()
      writer.key("frequency_Hz")
      writer.number((value < 0 ? -1 : 1) * abs(value).squareRoot() / (2 * .pi))
      if let participation = summary.participation {
        writer.key("participation")
        append(participation.factors[mode], to: &writer)
        writer.key("effective_mass")
        append(participation.effectiveMass[mode], to: &writer)
      }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }

  private func numbers(_ values: [Double]) -> [UInt8] {
    var writer = JSONWriter()
    append(values, to: &writer)
    return writer.bytes
  }

  private func append(_ values: [Double], to writer: inout JSONWriter) {
    writer.beginArray()
    for value in values { writer.number(value) }
    writer.endArray()
  }

  private func phases(_ summary: FiniteElements.Summary) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    for (phase, seconds) in summary.phases {
      writer.key(phase.rawValue)
      writer.number(seconds)
    }
    writer.endObject()
    return writer.bytes
  }

  /// What the user ought to know of deck and result, although there is one.
  private func notices(_ solution: SolutionReport) -> [String] {
    deck.notices.map(\.description) + solution.notices
  }

  private func texts(_ texts: [String]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
    return writer.bytes
  }

  /// The name of a file without its folder and its ending.
  static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}
