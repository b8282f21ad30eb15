import Base
import FiniteElements

/// `fe.solve`: reads a deck, solves it, leaves `.dat`, `.frd`, `.vtu` and the summary.
struct FiniteElementSolve: Kernel {
  let name = "fe.solve"

  var libraries: [String: String] { SolverRun.libraries }

  func run(_ context: KernelContext) throws {
    let start = Instant.now()
    let path = try context.input("deck")
    context.progress("read", fraction: 0)
    let deck = try read(path, context)
    try SolverRun(deck, stem: SolverRun.stem(path), hasPrints: true, context).run(since: start)
  }

  private func read(_ path: String, _ context: KernelContext) throws -> Deck {
    let folder = try context.folder()
    let name = String(path.split(separator: "/").last ?? "deck")
    return try SolverRun.parse(name: name, text: try SolverRun.content(path), context) {
      try SolverRun.content("\(folder)/\($0)")
    }
  }
}
