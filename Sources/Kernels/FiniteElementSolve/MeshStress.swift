import Base
import Catalogue
import FiniteElements
import JobModel

/// `fe.stress`: writes the deck that a mesh and the job's parameters amount to, and solves it.
struct MeshStress: Kernel {
  let name = "fe.stress"

  var libraries: [String: String] { SolverRun.libraries }

  func run(_ context: KernelContext) throws {
    let start = Instant.now()
    let path = try context.input("mesh")
    context.progress("read", fraction: 0)
    let file = String(path.split(separator: "/").last ?? "mesh")
    let bytes = try SolverRun.content(path)
    let mesh = try SolverRun.telling { () throws(DeckProblems) in
      try GmshMesh(name: file, bytes: bytes)
    }
    let text = try StressDeck(context, mesh).text()
    let deck = try SolverRun.parse(
      name: "parameters", text: Array(text.utf8), context, meshes: [StressDeck.meshFile: mesh]
    ) { name in
      throw KilnError(.internalError, "the mesh includes \(name)")
    }
    try SolverRun(deck, stem: SolverRun.stem(path), hasPrints: false, context).run(since: start)
  }
}
