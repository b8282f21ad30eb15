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
  /// Of the bodies; nil where they have none.
  package var temperature: Peak?
  /// nil when a material has no density.
  package var mass: Double?
  /// Of the last frequency step, squares of circular frequencies.
  package var eigenvalues: [Double] = []
  package var participation: Participation?
  /// How many modes lie below the last one by the inertia of a factor; nil where not counted.
  package var sturmCount: Int?
  package var bucklingFactors: [Double] = []
  package var equations = 0
  package var nonzeros = 0
  /// Of the last matrices; zeros where none was assembled.
  package var assembly = AssemblyCost()
  /// How the last step was solved.
  package var solution = SolutionReport()
  package var nodes = 0
  package var elements = 0
  package var steps = 0
  package var phases: [(phase: Phase, seconds: Double)] = []

  /// Takes a step's peaks into account.
  mutating func include(_ deck: Deck, _ frame: Frame, _ nodal: NodalFields) {
    mass = frame.mass ?? mass
    // The size of a mode means nothing.
    guard frame.kind == .state else { return }
    let u = frame.displacements
    // What companions hold as displacements are rotations and the like.
    let sizes = (0..<(deck.mesh.nodeCount - deck.companions.count)).map {
      length(SIMD3(u[3 * $0], u[3 * $0 + 1], u[3 * $0 + 2]))
    }
    displacement = Self.larger(displacement, deck, sizes)
    vonMises = Self.larger(vonMises, deck, nodal.vonMises)
    if !frame.temperatures.isEmpty {
      temperature = Self.larger(
        temperature, deck, Array(frame.temperatures.prefix(sizes.count)), among: deck.mesh.isUsed)
    }
    steps += 1
  }

  /// Takes the modes of a frequency step.
  mutating func include(_ eigenvalues: [Double], _ participation: Participation) {
    self.eigenvalues = eigenvalues
    self.participation = participation
    steps += 1
  }

  /// The node is one of the deck, also where the value is that of a node which it was expanded to.
  ///
  /// - Parameter used: which nodes count; nil for all.
  private static func larger(
    _ peak: Peak?, _ deck: Deck, _ values: [Double], among used: [Bool]? = nil
  ) -> Peak? {
    let wanted = values.indices.lazy.filter { used?[$0] ?? true }
    guard let node = wanted.max(by: { values[$0] < values[$1] }),
      values[node] > peak?.value ?? -.infinity
    else { return peak }
    let value = values[node]
    let mesh = deck.layering?.mesh ?? deck.mesh
    let expansion = deck.structures?.expansions.first { $0.nodes.contains(node) }
    let layered = node - deck.mesh.nodeCount
    let origin = layered >= 0 ? deck.layering?.nodes[layered].origin : expansion?.node
    // What a plane element was expanded to does as its node, of which everybody speaks.
    let place = expansion.map { $0.kind.isPlane ? $0.node : node } ?? node
    return Peak(
      value: value, node: deck.mesh.nodeLabels[origin ?? node], position: mesh.position(of: place))
  }
}
