import LinearAlgebra

/// The independent unknowns of one field, and how everything else follows from them.
///
/// With all freedoms u and unknowns x: u = T x + g, where g comes from the prescribed values.
/// Matrices are Tᵀ A T, all of the same pattern.
package struct LinearSystem: Sendable {
  let deck: Deck
  /// Freedoms for each node: 3 displacements or 1 temperature.
  let components: Int
  let numbering: FreedomNumbering
  package let pattern: SymmetricPattern

  package var equationCount: Int { pattern.order }

  /// - Parameters:
  ///   - components: 3 for displacements, 1 for temperatures.
  ///   - prescribed: the freedoms whose values are given.
  init(
    _ deck: Deck, components: Int, constraints: [LinearConstraint], prescribed: Set<Int>
  ) throws(AnalysisError) {
    self.deck = deck
    self.components = components
    numbering = try FreedomNumbering(
      deck, components: components, constraints: constraints, prescribed: prescribed)
    pattern = numbering.pattern(deck)
  }

  /// All freedoms from the unknowns and the prescribed values, T x + g.
  ///
  /// - Parameters:
  ///   - unknowns: one for each equation; empty stands for zeros.
  ///   - prescribed: values by freedom, zero where nothing is prescribed.
  func expand(_ unknowns: [Double], prescribed: [Double]) -> [Double] {
    var full = prescribed
    if !unknowns.isEmpty {
      for (freedom, equation) in numbering.equations.enumerated() where equation >= 0 {
        full[freedom] = unknowns[equation]
      }
    }
    for expression in numbering.elimination.expressions {
      full[expression.freedom] = expression.terms.reduce(0) {
        $0 + $1.coefficient * (numbering.isActive($1.freedom) ? full[$1.freedom] : 0)
      }
    }
    return full
  }

  /// The unknowns of a field by freedom.
  func unknowns(of full: [Double]) -> [Double] {
    var unknowns = [Double](repeating: 0, count: equationCount)
    for (freedom, equation) in numbering.equations.enumerated() where equation >= 0 {
      unknowns[equation] = full[freedom]
    }
    return unknowns
  }

  /// Forces on the unknowns from forces on all freedoms, Tᵀ f.
  func reduce(_ forces: [Double]) -> [Double] {
    var reduced = [Double](repeating: 0, count: equationCount)
    for (freedom, equation) in numbering.equations.enumerated() where equation >= 0 {
      reduced[equation] += forces[freedom]
    }
    for expression in numbering.elimination.expressions where forces[expression.freedom] != 0 {
      for term in expression.terms where numbering.equations[term.freedom] >= 0 {
        reduced[numbering.equations[term.freedom]] += term.coefficient * forces[expression.freedom]
      }
    }
    return reduced
  }

  /// Tᵀ A T of the operator A.
  ///
  /// - Throws: ``AnalysisError/invertedElements(_:)`` or `cancelled`.
  func assemble(
    _ elementOperator: some ElementOperator, isCancelled: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> SymmetricMatrix {
    precondition(elementOperator.components == components, "an operator of another field")
    var matrix = SymmetricMatrix(pattern: pattern)
    var inverted: [Int] = []
    let block = Buffer(repeating: 0.0, count: 81 * components * components * 16)
    let workspace = elementOperator.makeWorkspace()
    for element in 0..<deck.mesh.elementCount {
      if element % 1024 == 0, isCancelled() { throw .cancelled }
      guard elementOperator.fill(element, workspace, into: block.view) else {
        inverted.append(deck.mesh.elementLabels[element])
        continue
      }
      let freedoms = freedoms(of: element)
      scatter(freedoms, block.view, into: &matrix)
    }
    guard inverted.isEmpty else { throw .invertedElements(inverted) }
    for discrete in elementOperator.discretes {
      var values = discrete.values
      values.withMutableView { scatter(discrete.freedoms, $0, into: &matrix) }
    }
    return matrix
  }

  /// A u, element by element, with all freedoms in and out.
  func apply(_ elementOperator: some ElementOperator, _ full: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: full.count)
    let block = Buffer(repeating: 0.0, count: 81 * components * components * 16)
    let workspace = elementOperator.makeWorkspace()
    for element in 0..<deck.mesh.elementCount
    where elementOperator.fill(element, workspace, into: block.view) {
      multiply(freedoms(of: element), block.view, full, into: &product)
    }
    for discrete in elementOperator.discretes {
      var values = discrete.values
      values.withMutableView { multiply(discrete.freedoms, $0, full, into: &product) }
    }
    return product
  }

  private func freedoms(of element: Int) -> [Int] {
    deck.mesh.nodes(of: element).flatMap { node in
      (0..<components).map { components * node + $0 }
    }
  }

  private func multiply(
    _ freedoms: [Int], _ block: MutableView<Double>, _ full: [Double], into product: inout [Double]
  ) {
    let count = freedoms.count
    for row in 0..<count {
      var sum = 0.0
      for column in 0..<count { sum += block[count * row + column] * full[freedoms[column]] }
      product[freedoms[row]] += sum
    }
  }

  private func scatter(
    _ freedoms: [Int], _ block: MutableView<Double>, into matrix: inout SymmetricMatrix
  ) {
    let count = freedoms.count
    for column in 0..<count {
      numbering.forEachEquation(of: freedoms[column]) { columnEquation, columnFactor in
        for row in 0..<count {
          let value = columnFactor * block[count * row + column]
          guard value != 0 else { continue }
          numbering.forEachEquation(of: freedoms[row]) { rowEquation, rowFactor in
            guard rowEquation <= columnEquation else { return }
            let place = matrix.pattern.place(row: rowEquation, column: columnEquation)
            matrix.values[place] += rowFactor * value
          }
        }
      }
    }
  }
}

extension SymmetricPattern {
  /// Where the entry of a row and column is stored, `row <= column`.
  func place(row: Int, column: Int) -> Int {
    var low = columnStarts[column]
    var high = columnStarts[column + 1]
    while high - low > 1 {
      let middle = (low + high) / 2
      if rows[middle] <= row { low = middle } else { high = middle }
    }
    assert(rows[low] == row, "an entry outside the pattern")
    return low
  }
}
