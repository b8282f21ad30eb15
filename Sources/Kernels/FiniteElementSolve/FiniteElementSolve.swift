import Base
import FiniteElements
import Glibc
import LinearAlgebra

/// `fe.solve`: reads a deck, solves it, leaves `.dat`, `.frd`, `.vtu` and the summary.
struct FiniteElementSolve: Kernel {
  let name = "fe.solve"

  var libraries: [String: String] {
    ["openblas": BLAS.version, "cholmod": CholeskyFactor.version]
  }

  func run(_ context: KernelContext) throws {
    let start = Instant.now()
    let path = try context.input("deck")
    let deck = try read(path, context)
    let summary = try solve(deck, stem: FiniteElementSolve.stem(path), context)
    report(summary, deck, seconds: Instant.now() - start, context)
  }

  private func read(_ path: String, _ context: KernelContext) throws -> Deck {
    context.progress("read", fraction: 0)
    let folder = try context.folder()
    let name = String(path.split(separator: "/").last ?? "deck")
    let text = try FiniteElementSolve.content(path)
    do throws(DeckProblems) {
      return try Deck.parse(name: name, text: text, placeholders: context.placeholders) {
        included in
        try FiniteElementSolve.content("\(folder)/\(included)")
      }
    } catch {
      throw FiniteElementSolve.told(error)
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

  private static func content(_ path: String) throws(KilnError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    return try file.read(at: 0, count: Int(file.size ?? 0))
  }

  private func solve(
    _ deck: Deck, stem: String, _ context: KernelContext
  ) throws -> FiniteElements.Summary {
    let dat = try context.output("\(stem).dat")
    let frd = try context.output("\(stem).frd")
    let several = deck.steps.count > 1
    let outputs = SolveOutputs(
      dat: { try dat.append($0) }, frd: { try frd.append($0) },
      vtu: { step in
        let name = several ? "\(stem)-\(step).vtu" : "\(stem).vtu"
        // A file that cannot be made is told by its first write.
        let file = Result { try context.output(name) }
        return { try file.get().append($0) }
      })
    let observer = Observer(
      progress: { context.progress($0.rawValue, fraction: $1) },
      isCancelled: context.cancellation)
    do throws(AnalysisError) {
      return try deck.solve(threads: context.threads, outputs: outputs, observer: observer)
    } catch {
      throw FiniteElementSolve.translated(error)
    }
  }

  private static func translated(_ error: AnalysisError) -> any Error {
    switch error {
    case .cancelled: Cancelled()
    case .outOfMemory: OutOfMemory(error.description)
    case .invertedElements, .singular, .mechanism, .overconstrained, .notFinite, .output:
      KilnError(.taskFailed, error.description, fix: error.fix)
    }
  }

  private func report(
    _ summary: FiniteElements.Summary, _ deck: Deck, seconds: Seconds, _ context: KernelContext
  ) {
    if let peak = summary.displacement { set("max_displacement", peak, context) }
    if let peak = summary.vonMises { set("max_von_mises", peak, context) }
    context.summary.set("mass", summary.mass ?? 0)
    context.summary.set("equations", Double(summary.equations))
    context.summary.set("nodes", Double(summary.nodes))
    context.summary.set("elements", Double(summary.elements))
    context.summary.set("seconds", seconds.value, unit: "s")
    context.summary.set("solver", summary.solution.method.rawValue)
    context.summary.set("solver_reason", summary.solution.reason)
    context.summary.set("iterations", Double(summary.solution.iterations ?? 0))
    context.summary.set("residual", summary.solution.residual ?? 0)
    context.summary.set("phases", json: phases(summary))
    context.summary.set("notices", json: notices(deck))
  }

  private func set(
    _ name: String, _ peak: FiniteElements.Summary.Peak, _ context: KernelContext
  ) {
    context.summary.set(name, peak.value)
    context.summary.set("\(name)_node", Double(peak.node))
    var place = JSONWriter()
    place.beginArray()
    for axis in 0..<3 { place.number(peak.position[axis]) }
    place.endArray()
    context.summary.set("\(name)_at", json: place.bytes)
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

  private func notices(_ deck: Deck) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for notice in deck.notices { writer.string(notice.description) }
    writer.endArray()
    return writer.bytes
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}
