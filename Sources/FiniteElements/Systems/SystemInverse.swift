import LinearAlgebra

/// What applies the inverse of an assembled matrix: a factor, or iterations.
enum SystemInverse: ~Copyable {
  case factor(CholeskyFactor)
  case iterations(AssembledSolver)
}

extension LinearSystem {
  /// An iterative solver for a stiffness matrix of this system; nil when it is too ill-conditioned.
  func iterativeSolver(_ matrix: SymmetricMatrix, threads: Int) -> AssembledSolver? {
    var (blocks, components, nodes): ([Int], [Int], [Int]) = ([], [], [])
    for node in numbering.order {
      for direction in 0..<3 where numbering.equations[3 * node + direction] >= 0 {
        if nodes.last != node { nodes.append(node) }
        blocks.append(nodes.count - 1)
        components.append(direction)
      }
    }
    let rotations = Set(deck.companions.rotations.values)
    let motions = NearNullSpace.rigidBody(
      nodes: nodes.count, position: { [deck] in deck.mesh.position(of: nodes[$0]) },
      isFree: { [numbering] in numbering.equations[3 * nodes[$0] + $1] >= 0 },
      isRotation: { rotations.contains(nodes[$0]) })
    return try? AssembledSolver(
      matrix, blocks: EquationBlocks(size: 3, blocks: blocks, components: components),
      nearNullSpace: motions, threads: threads)
  }
}
