import LinearAlgebra

extension LinearSystem {
  /// The order and fill of the factor of a matrix of this pattern, without numbers.
  func analysed() throws(AnalysisError) -> CholeskyFactor {
    do {
      return try CholeskyFactor(analysing: pattern, elimination: Array(0..<equationCount))
    } catch {
      throw describe(error)
    }
  }

  /// Why a factorisation failed, in words of the model.
  func describe(_ error: FactorisationError) -> AnalysisError {
    switch error {
    case .notPositiveDefinite(let equation):
      .mechanism(
        FreeMotion(deck, freedom: equation.map { freedom(of: $0) } ?? 0, components: components),
        hasReducedIntegration: deck.mesh.elementKinds.contains { $0.isReduced })
    case .cancelled: .cancelled
    case .outOfMemory, .tooLarge, .library: .outOfMemory(equations: equationCount)
    }
  }
}

extension FreeMotion {
  /// The motion of one freedom.
  init(_ deck: Deck, freedom: Int, components: Int = 3) {
    let node = freedom / components
    let name = components == 1 ? "temperature" : ["x", "y", "z"][freedom % components]
    if components == 3, let owner = deck.companions.owner(ofRotation: node) {
      self.init(node: deck.mesh.nodeLabels[owner], motion: "by turning about \(name)")
    } else if components == 3 {
      self.init(node: deck.mesh.nodeLabels[node], motion: "in direction \(name)")
    } else {
      self.init(node: deck.mesh.nodeLabels[node], motion: "in its temperature")
    }
  }
}
