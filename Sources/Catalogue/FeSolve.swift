import Base
import Glibc
import JobModel

extension KernelDeclaration {
  /// Finite elements: a drop-in for `ccx -i DECK`.
  package static let feSolve = KernelDeclaration(
    name: "fe.solve",
    summary: "Solves a finite-element deck in Abaqus or CalculiX format.",
    discussion: """
      Reads the deck with all that it includes, fills its placeholders, assembles the stiffness matrix, \
      factorises it (sparse Cholesky) and writes what the deck asks for in CalculiX's layout, a `.vtu` \
      file for ParaView, and a summary.

      Linear statics with the elements C3D4, C3D8, C3D10 and C3D20. A card, or a parameter of a card, \
      that is not supported is an error that names its line: nothing is passed over in silence.

      All numbers of the results are in the unit system of the deck. Say which one that is with \
      `units`, so that the values of a sweep can be written with units.
      """,
    inputs: [
      InputDeclaration(
        "deck", "The deck, Abaqus or CalculiX format; `{name}` in it is filled from the sweep.",
        hasPlaceholders: true, mayInclude: true)
    ],
    outputs: [
      OutputDeclaration("{deck}.dat", "The tables that *NODE PRINT and *EL PRINT ask for."),
      OutputDeclaration("{deck}.frd", "The fields that *NODE FILE and *EL FILE ask for."),
      OutputDeclaration("{deck}.vtu", "Displacements and stresses for ParaView."),
      OutputDeclaration("summary.json", "The scalars below, phases with seconds, provenance."),
    ],
    scalars: [
      ScalarDeclaration("max_displacement", "Largest length of a nodal displacement."),
      ScalarDeclaration("max_displacement_node", "The node where it is."),
      ScalarDeclaration("max_von_mises", "Largest von Mises stress at a node."),
      ScalarDeclaration("max_von_mises_node", "The node where it is."),
      ScalarDeclaration("mass", "Volume times density, where the deck gives a density."),
      ScalarDeclaration("equations", "Unknowns of the system that was solved."),
      ScalarDeclaration("nodes", "Nodes of the mesh."),
      ScalarDeclaration("elements", "Elements of the mesh."),
      ScalarDeclaration("seconds", unit: "s", "Time of the whole computation."),
    ],
    example: """
      name: bracket
      kernel: fe.solve
      inputs: {deck: bracket.inp}
      units: {length: mm, force: N}
      sweep: {load: [1 kN, 2 kN]}
      """,
    estimate: estimateOfSolving)

  /// A first cut from the size of the deck alone: a line of about 75 bytes for each node of a
  /// second-order mesh, three equations a node.
  private static func estimateOfSolving(_ facts: EstimateFacts) -> Estimate {
    let bytes = facts.inputSizes.values.reduce(ByteCount.zero, +).bytes
    let equations = 3 * (Double(bytes) / 75).rounded(.up)
    let seconds = 0.05 + 2e-5 * equations * pow(equations / 3e4, 0.4)
    let memory = 3072 * equations * pow(equations / 1e5, 0.3)
    let most = Double(ByteCount.gibibytes(1 << 20).bytes)
    return Estimate(
      seconds: Seconds(seconds),
      memory: .mebibytes(64) + ByteCount(Int64(min(memory, most))))
  }
}
