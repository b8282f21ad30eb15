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

extension CholeskyFactor {
  /// Computes the factor of K + ε D with D the diagonal of K, and the first of `shares` as ε that makes it
  /// positive definite.
  ///
  /// - Returns: ε; nil where none does.
  mutating func factorise(
    _ matrix: SymmetricMatrix, addingOneOf shares: [Double], _ observer: Observer
  ) throws(AnalysisError) -> Double? {
    for share in shares {
      if observer.isCancelled() { throw .cancelled }
      var matrix = matrix
      for column in 0..<matrix.order {
        matrix.values[matrix.pattern.columnStarts[column + 1] - 1] *= 1 + share
      }
      if (try? factorise(matrix)) != nil { return share }
    }
    return nil
  }
}

extension FreeMotion {
  /// The motion of one freedom.
  init(_ deck: Deck, freedom: Int, components: Int = 3) {
    let node = freedom / components
    let mesh = deck.mesh
    let axis = ["x", "y", "z"][components == 1 ? 0 : freedom % components]
    if components == 1 {
      self.init(node: mesh.nodeLabels[node], motion: "in its temperature")
    } else if let owner = deck.companions.owner(ofRotation: node) {
      self.init(node: mesh.nodeLabels[owner], motion: "by turning about \(axis)")
    } else {
      let label = mesh.label(of: node, labelledCount: deck.labelledNodeCount)
      self.init(node: label, motion: "in direction \(axis)")
    }
  }

  /// The largest of the displacements of all freedoms.
  init(_ deck: Deck, largestOf displacements: [Double]) {
    // Rotations are no lengths: they count only where nothing else moves.
    let rotations = Set(deck.companions.rotations.values)
    var (freedom, largest) = (0, -1.0)
    for (index, value) in displacements.enumerated()
    where abs(value) > largest && !rotations.contains(index / 3) {
      (freedom, largest) = (index, abs(value))
    }
    self.init(deck, freedom: freedom)
  }
}

extension Deck {
  /// How many nodes have labels that the user gave; those of expanded shells and beams, and companions, follow.
  var labelledNodeCount: Int {
    structures?.expansions.map(\.first).min() ?? companions.labelledCount
  }
}
