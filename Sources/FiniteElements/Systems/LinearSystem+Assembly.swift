import LinearAlgebra

extension LinearSystem {
  /// Tᵀ A T of the operator A.
  ///
  /// - Parameter threads: how many threads may compute; more than two are of no use here.
  /// - Throws: ``AnalysisError/invertedElements(_:)`` or `cancelled`.
  func assemble(
    _ elementOperator: some ElementOperator, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> SymmetricMatrix {
    precondition(elementOperator.components == components, "an operator of another field")
    // Nested dissection has put two halves of the model into two halves of the columns: few elements
    // reach into both and are evaluated twice.
    let isConcurrent = threads > 1
    let split = isConcurrent ? layout.middle : layout.order.count
    let (layout, isTied) = (layout, numbering.isTied)
    let second = Background(isConcurrent: isConcurrent) {
      Result { () throws(AnalysisError) in
        try meter.time { () throws(AnalysisError) in
          try columns(split..<layout.order.count, layout, elementOperator, isCancelled) {
            !isTied[$0]
          }
        }
      }
    }
    let first = Result { () throws(AnalysisError) in
      try meter.time { () throws(AnalysisError) in
        try columns(0..<split, layout, elementOperator, isCancelled) { !isTied[$0] }
      }
    }
    let later = second.value()
    return try meter.time { () throws(AnalysisError) in
      var values = try first.get()
      values += try later.get()
      if let tied { try addTied(tied, elementOperator, isCancelled, to: &values) }
      meter.add(entries: values.count)
      var matrix = SymmetricMatrix(pattern: pattern, values: values)
      for discrete in elementOperator.discretes { add(discrete, to: &matrix) }
      return matrix
    }
  }

  /// The values of the columns in `range`, a part of `layout`, from the elements that `isWanted`.
  private func columns(
    _ range: Range<Int>, _ layout: BlockLayout, _ elementOperator: some ElementOperator,
    _ isCancelled: @Sendable () -> Bool, _ isWanted: (Int) -> Bool
  ) throws(AnalysisError) -> [Double] {
    let size = layout.start(of: range.upperBound) - layout.start(of: range.lowerBound)
    var values: [Double] = []
    values.reserveCapacity(range.lowerBound == 0 ? layout.pattern.rows.count : size)
    values += repeatElement(0, count: size)
    guard size > 0 else { return values }
    var inverted: [Int] = []
    let mesh = deck.mesh
    let largest = ElementKind.allCases.map(\.nodeCount).max() ?? 0
    let matrix = Buffer(repeating: 0.0, count: components * components * largest * largest)
    let own = Buffer(repeating: 0, count: largest)
    let workspace = elementOperator.makeWorkspace()
    try layout.withScatter(range, components: components) { (scatter) throws(AnalysisError) in
      for element in 0..<mesh.elementCount where isWanted(element) {
        if element % 1024 == 0, isCancelled() { throw .cancelled }
        let first = mesh.connectivityStarts[element]
        let count = mesh.connectivityStarts[element + 1] - first
        var isOwn = false
        for node in 0..<count {
          own.view[node] = scatter.places[mesh.connectivity[first + node]]
          if range.contains(own.view[node]) { isOwn = true }
        }
        guard isOwn else { continue }
        if elementOperator.fill(element, workspace, into: matrix.view) {
          values.withMutableView { scatter.add(matrix.view, own.view, count: count, to: $0) }
        } else {
          inverted.append(mesh.elementLabels[element])
        }
      }
    }
    guard inverted.isEmpty else { throw .invertedElements(inverted) }
    return values
  }

  /// Gathers the elements with dependent freedoms, then adds their sum once: many elements may hang
  /// on a freedom that many others follow.
  private func addTied(
    _ tied: TiedLayout, _ elementOperator: some ElementOperator,
    _ isCancelled: @Sendable () -> Bool, to values: inout [Double]
  ) throws(AnalysisError) {
    let isTied = numbering.isTied
    let sum = try columns(
      0..<tied.layout.order.count, tied.layout, elementOperator, isCancelled
    ) { isTied[$0] }
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
