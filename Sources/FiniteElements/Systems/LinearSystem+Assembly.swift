import LinearAlgebra
import Synchronization

extension LinearSystem {
  /// Tᵀ A T of the operator A.
  ///
  /// - Parameter threads: how many threads may compute.
  /// - Throws: ``AnalysisError/invertedElements(_:)`` or `cancelled`.
  func assemble(
    _ elementOperator: some ElementOperator, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> SymmetricMatrix {
    precondition(elementOperator.components == components, "an operator of another field")
    let isTied = numbering.isTied
    var values = try columns(layout, elementOperator, threads: threads, isCancelled) { !isTied[$0] }
    return try meter.time { () throws(AnalysisError) in
      if let tied { try addTied(tied, elementOperator, isCancelled, to: &values) }
      meter.add(entries: values.count)
      var matrix = SymmetricMatrix(pattern: pattern, values: values)
      for discrete in elementOperator.discretes { add(discrete, to: &matrix) }
      return matrix
    }
  }

  /// The values of the pattern of `layout`, from the elements that `isWanted`.
  ///
  /// Each thread fills the columns of a part. Nodes are numbered such that neighbours in space are
  /// near each other, or in the same half: few elements reach into several parts and are evaluated
  /// once for each.
  private func columns(
    _ layout: BlockLayout, _ elementOperator: some ElementOperator, threads: Int,
    _ isCancelled: @Sendable () -> Bool, _ isWanted: (Int) -> Bool
  ) throws(AnalysisError) -> [Double] {
    let elements = meter.time { ElementOrder(deck.mesh, layout.places, isWanted) }
    var values = [Double](repeating: 0, count: layout.pattern.rows.count)
    let team = ThreadTeam(count: threads)
    let parts = layout.parts(team.count)
    let inverted = Mutex<Set<Int>>([])
    values.withMutableView { values in
      team.run { part in
        meter.time {
          layout.withScatter(parts[part], components: components, to: values) { scatter in
            let workspace = elementOperator.makeWorkspace()
            elements.forEachChunk(reaching: parts[part], deck.mesh, layout.places) { chunk in
              guard !isCancelled() else { return false }
              let found = elementOperator.add(chunk, of: deck.mesh, workspace, to: scatter)
              if !found.isEmpty { inverted.withLock { $0.formUnion(found) } }
              return true
            }
          }
        }
      }
    }
    if isCancelled() { throw .cancelled }
    let labels = inverted.withLock { $0.sorted() }.map { deck.mesh.elementLabels[$0] }
    guard labels.isEmpty else { throw .invertedElements(labels) }
    return values
  }

  /// Gathers the elements with dependent freedoms, then adds their sum once: many elements may hang
  /// on a freedom that many others follow.
  private func addTied(
    _ tied: TiedLayout, _ elementOperator: some ElementOperator,
    _ isCancelled: @Sendable () -> Bool, to values: inout [Double]
  ) throws(AnalysisError) {
    let isTied = numbering.isTied
    let sum = try columns(tied.layout, elementOperator, threads: 1, isCancelled) { isTied[$0] }
    let pattern = tied.layout.pattern
    values.withMutableView { values in
      for column in 0..<pattern.order {
        if isCancelled() { return }
        for entry in pattern.columnStarts[column]..<pattern.columnStarts[column + 1]
        where sum[entry] != 0 {
          add(
            sum[entry], tied.freedoms[pattern.rows[entry]], tied.freedoms[column], to: values)
        }
      }
    }
  }

  /// Adds A[first, second] of a symmetric matrix A over freedoms, and A[second, first].
  private func add(_ value: Double, _ first: Int, _ second: Int, to values: MutableView<Double>) {
    numbering.forEachEquation(of: second) { column, columnFactor in
      numbering.forEachEquation(of: first) { row, rowFactor in
        let part = value * rowFactor * columnFactor
        if first == second {
          if row <= column { values[self.pattern.place(row: row, column: column)] += part }
        } else {
          let place = pattern.place(row: min(row, column), column: max(row, column))
          values[place] += row == column ? 2 * part : part
        }
      }
    }
  }

  private func add(_ discrete: DiscreteMatrix, to matrix: inout SymmetricMatrix) {
    let count = discrete.freedoms.count
    matrix.values.withMutableView { values in
      for row in 0..<count {
        for column in row..<count where discrete.values[count * row + column] != 0 {
          add(
            discrete.values[count * row + column], discrete.freedoms[row],
            discrete.freedoms[column], to: values)
        }
      }
    }
  }
}

extension LinearSystem {
  /// A u, element by element, with all freedoms in and out.
  func apply(_ elementOperator: some ElementOperator, _ full: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: full.count)
    let mesh = deck.mesh
    let largest = ElementKind.allCases.map(\.nodeCount).max() ?? 0
    let block = Buffer(repeating: 0.0, count: components * components * largest * largest)
    let workspace = elementOperator.makeWorkspace()
    for element in 0..<mesh.elementCount {
      let nodes = mesh.nodes(of: element)
      // Prescribed values differ from zero at few nodes.
      let isMoved = nodes.contains { node in
        (0..<components).contains { full[components * node + $0] != 0 }
      }
      guard isMoved, elementOperator.fill(element, workspace, into: block.view) else { continue }
      let freedoms = nodes.flatMap { node in (0..<components).map { components * node + $0 } }
      multiply(freedoms, block.view, full, into: &product)
    }
    for discrete in elementOperator.discretes { add(discrete, times: full, to: &product) }
    return product
  }

  /// Adds the product of a small matrix.
  func add(_ discrete: DiscreteMatrix, times full: [Double], to product: inout [Double]) {
    var values = discrete.values
    values.withMutableView { multiply(discrete.freedoms, $0, full, into: &product) }
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
