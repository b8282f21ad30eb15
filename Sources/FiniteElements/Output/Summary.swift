/// The scalars of a solution; units are those of the deck.
package struct Summary: Sendable {
  /// A largest value and the label of the node where it is.
  package struct Peak: Equatable, Sendable {
    package let value: Double
    package let node: Int
    package let position: SIMD3<Double>
  }

  /// Of the step where each is largest.
  package var displacement: Peak?
  package var vonMises: Peak?
  /// nil when a material has no density.
  package var mass: Double?
  package var equations = 0
  package var nonzeros = 0
  /// How the last step was solved.
  package var solution = SolutionReport()
  package var nodes = 0
  package var elements = 0
  package var steps = 0
  package var phases: [(phase: Phase, seconds: Double)] = []

  /// Takes a step's peaks into account.
  mutating func include(_ deck: Deck, _ frame: Frame, _ nodal: NodalFields) {
    let u = frame.displacements
    let sizes = (0..<deck.mesh.nodeCount).map {
      length(SIMD3(u[3 * $0], u[3 * $0 + 1], u[3 * $0 + 2]))
    }
    displacement = Self.larger(displacement, deck.mesh, sizes)
    vonMises = Self.larger(vonMises, deck.mesh, nodal.vonMises)
    mass = frame.mass
    steps += 1
  }

  private static func larger(_ peak: Peak?, _ mesh: Mesh, _ values: [Double]) -> Peak? {
    guard let value = values.max(), value > peak?.value ?? -1,
      let node = values.firstIndex(of: value)
    else { return peak }
    return Peak(value: value, node: mesh.nodeLabels[node], position: mesh.position(of: node))
  }
}
