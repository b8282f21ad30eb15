import Base
import Glibc
import JobModel

extension KernelDeclaration {
  /// Linear statics of an Abaqus/CalculiX deck.
  package static let feSolve = KernelDeclaration(
    name: "fe.solve",
    summary: "Solves an Abaqus/CalculiX deck: linear statics of solids.",
    discussion: """
      A drop-in for `ccx -i DECK`: reads the deck with the files that it includes and writes `.dat` \
      and `.frd` in CalculiX's layout, and `.vtu` for ParaView.

      Elements: C3D4, C3D8, C3D10, C3D20. Constraints are eliminated, not penalised; the equations \
      are solved by a supernodal sparse Cholesky factorisation, or by conjugate gradients with \
      multigrid where that is quicker; `SOLVER=` on the procedure card decides otherwise.

      A card, or a parameter of a card, that is not supported is an error with its line; nothing is \
      skipped. Numbers in the deck and in the results are in the deck's own unit system.
      """,
    inputs: [
      InputDeclaration(
        "deck", "The input deck; `{name}` in it is filled from the sweep.",
        hasPlaceholders: true, mayInclude: true)
    ],
    outputs: [
      OutputDeclaration("{deck}.dat", "Printed results: *NODE PRINT, *EL PRINT."),
      OutputDeclaration("{deck}.frd", "Fields for CalculiX GraphiX: *NODE FILE, *EL FILE."),
      OutputDeclaration("{deck}.vtu", "All fields for ParaView, binary."),
      OutputDeclaration("summary.json", "Largest values with their places, sizes, seconds."),
    ],
    scalars: solutionScalars,
    example: """
      name: bracket
      kernel: fe.solve
      inputs: {deck: ../../models/bracket/bracket-5mm.inp}
      units: {length: mm, force: N}
      sweep: {load: [500 N, 1 kN]}
      """,
    estimate: { facts in
      let deck = Double(facts.inputSizes["deck"]?.bytes ?? 0)
      return solverEstimate(nodes: deck / SolverFacts.bytesOfNode, cpus: facts.cpus)
    })

  /// What `summary.json` says of every solution.
  static let solutionScalars = [
    ScalarDeclaration("max_displacement", "Largest displacement, its magnitude."),
    ScalarDeclaration("max_displacement_node", "The node where it occurs."),
    ScalarDeclaration("max_von_mises", "Largest von Mises stress, averaged at nodes."),
    ScalarDeclaration("max_von_mises_node", "The node where it occurs."),
    ScalarDeclaration("mass", "Mass of the model; 0 where the deck gives no density."),
    ScalarDeclaration("equations", "Unknowns of the linear system."),
    ScalarDeclaration("nodes", "Nodes of the deck."),
    ScalarDeclaration("elements", "Elements of the deck."),
    ScalarDeclaration(
      "seconds", unit: "s", "Time of the analysis, reading and writing included."),
  ]

  /// What a compact body of so many nodes takes; thin-walled parts take half the memory.
  ///
  /// The factor of nested dissection in space has about n^4/3 entries and takes n^2 operations
  /// (A. George 1973), n the number of equations.
  static func solverEstimate(nodes: Double, cpus: Int) -> Estimate {
    let equations = 3 * max(nodes, 1)
    let factor = SolverFacts.fill * pow(equations, 4.0 / 3)
    let memory = SolverFacts.baseBytes + 8 * factor + SolverFacts.meshBytesOfNode * nodes
    let rate = SolverFacts.operationsInSecond * Double(max(cpus, 1)).squareRoot()
    let seconds =
      0.05 + SolverFacts.operations * equations * equations / rate
      + SolverFacts.secondsOfNode * nodes
    return Estimate(seconds: Seconds(seconds), memory: ByteCount(Int64(memory)))
  }
}

/// Measured on quadratic bricks and tetrahedra of 50 000 to 300 000 equations.
private enum SolverFacts {
  /// Text of a node and of its share of the elements.
  static let bytesOfNode = 63.0
  static let baseBytes = 64.0 * 1_048_576
  static let meshBytesOfNode = 12_500.0
  static let fill = 27.0
  static let operations = 10.0
  static let operationsInSecond = 25e9
  static let secondsOfNode = 2.5e-5
}
