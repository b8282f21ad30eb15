import Base
import JobModel

extension KernelDeclaration {
  /// The steps of an Abaqus/CalculiX deck.
  package static let feSolve = KernelDeclaration(
    name: "fe.solve",
    summary:
      "Solves an Abaqus/CalculiX deck: statics, modes, buckling, heat, dynamics; all linear.",
    discussion: """
      A drop-in for `ccx -i DECK`: reads the deck with the files that it includes and writes `.dat` \
      and `.frd` in CalculiX's layout, and `.vtu` for ParaView.

      Procedures: linear statics, natural frequencies, buckling, steady and transient heat, thermal \
      stress, direct and modal dynamics, harmonic response. Solids, plane and axisymmetric \
      elements, shells (of layers, too), membranes, beams, trusses, springs, dashpots and masses; equations, \
      multi-point constraints, ties, couplings, rigid bodies, pre-tension. docs/decks.md lists every \
      card. Shells and beams are expanded into solids, as in CalculiX.

      Constraints are eliminated, not penalised; the equations are solved by a supernodal sparse \
      Cholesky factorisation, or by conjugate gradients with multigrid where that is quicker; \
      `SOLVER=` on the procedure card decides otherwise, and the parameter `solver` goes before \
      both. Modes come from a shift-invert Lanczos \
      process and are counted by the inertia of the shifted matrix, so that none is missing.

      A card, or a parameter of a card, that is not supported is an error with its line; nothing is \
      skipped. Numbers in the deck and in the results are in the deck's own unit system.
      """,
    parameters: [solverParameter],
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
    scalars: solutionScalars + temperatureScalars, metrics: solutionMetrics,
    example: """
      name: bracket
      kernel: fe.solve
      inputs: {deck: ../../models/bracket/bracket-5mm.inp}
      units: {length: mm, force: N}
      sweep: {load: [500 N, 1 kN]}
      """,
    estimate: { facts in
      let outline = facts.outlines["deck"] ?? DeckOutline()
      guard outline.nodes > 0 else {
        // Not looked into, as when it is larger than a gibibyte.
        let bytes = Double(facts.inputSizes["deck"]?.bytes ?? 0)
        return solverEstimate(nodes: bytes / bytesOfNode, facts)
      }
      return SolutionEstimate(
        outline, cpus: facts.cpus, solver: facts.parameters["solver"]
      ).estimate
    })

  static let solverParameter = ParameterDeclaration(
    "solver", .choice(["auto", "direct", "iterative"]),
    """
    How static steps, heat and modes are solved: `direct` by a factorisation, `iterative` by conjugate \
    gradients with multigrid, `auto` as the deck asks, else by size, shape, material and `memory`. \
    `summary.json` says what was taken and why.
    """, default: .text("auto"))

  /// What `summary.json` says of every solution.
  static let solutionMetrics = [
    ScalarDeclaration(
      "residual", "Of an iterative solution: norm of the residual over that of the right-hand side."
    ),
    ScalarDeclaration("iterations", "Of an iterative solution, so far."),
    ScalarDeclaration("increment", "The increment of the step that has just been computed."),
    ScalarDeclaration("time", "Total time at its end."),
  ]

  static let solutionScalars = [
    ScalarDeclaration("max_displacement", "Largest displacement, its magnitude."),
    ScalarDeclaration("max_displacement_node", "The node where it occurs."),
    ScalarDeclaration("max_von_mises", "Largest von Mises stress, averaged at nodes."),
    ScalarDeclaration("max_von_mises_node", "The node where it occurs."),
    ScalarDeclaration(
      "mass", "Mass of the model; 0 where the deck gives no density, or has heat steps only."),
    ScalarDeclaration("equations", "Unknowns of the linear system."),
    ScalarDeclaration("nodes", "Nodes of the deck."),
    ScalarDeclaration("elements", "Elements of the deck."),
    ScalarDeclaration(
      "seconds", unit: "s", "Time of the analysis, reading and writing included."),
  ]

  /// What is said beside where bodies have temperatures.
  private static let temperatureScalars = [
    ScalarDeclaration("max_temperature", "Highest temperature at the end of a step or increment."),
    ScalarDeclaration("max_temperature_node", "The node where it occurs."),
  ]

  /// Text of a node and of its share of the elements.
  private static let bytesOfNode = 63.0

  /// What a static analysis of so many nodes takes.
  static func solverEstimate(
    nodes: Double, _ facts: EstimateFacts, of model: StressModel = .solid
  ) -> Estimate {
    SolutionEstimate(
      DeckOutline(nodes: Int(min(nodes, 1e12)), of: model), cpus: facts.cpus,
      solver: facts.parameters["solver"]
    ).estimate
  }
}
