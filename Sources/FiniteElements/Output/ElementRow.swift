/// An element that `*EL PRINT` gives a row of its own.
struct ElementRow {
  enum Source {
    /// By its place in the mesh.
    case solid(Int)
    /// A spring, dashpot or mass.
    case discrete(DiscreteElement)
    /// The reference of a coupling, and other elements that are relations between freedoms.
    case nothing
  }

  let label: Int
  let source: Source
}

extension DatWriter {
  /// The elements of a print, those outside of the mesh included: in ascending order where those of the
  /// mesh are, else behind them.
  func rows(of print: ElementPrint) -> [ElementRow] {
    let solids = print.elements.map {
      ElementRow(label: deck.mesh.elementLabels[$0], source: .solid($0))
    }
    guard !print.specials.isEmpty else { return solids }
    let discretes = Dictionary(deck.discretes.map { ($0.label, $0) }) { first, _ in first }
    let others = print.specials.map { label in
      ElementRow(label: label, source: discretes[label].map { .discrete($0) } ?? .nothing)
    }
    let isAscending = zip(solids, solids.dropFirst()).allSatisfy { $0.label < $1.label }
    return isAscending
      ? (solids + others).sorted { $0.label < $1.label } : solids + others
  }
}

extension DiscreteElement {
  /// Half of xᵀ A x, for the values x of all freedoms; zero where there are none.
  ///
  /// - Parameter matrix: the stiffness with displacements, the mass with velocities.
  func energy(_ matrix: [Double], _ values: [Double]) -> Double {
    guard !matrix.isEmpty, !values.isEmpty else { return 0 }
    let count = freedoms.count
    var sum = 0.0
    for row in 0..<count {
      for column in 0..<count {
        sum += matrix[count * row + column] * values[freedoms[row]] * values[freedoms[column]]
      }
    }
    return sum / 2
  }
}
