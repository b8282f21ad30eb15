import LinearAlgebra

/// Builds the stiffness matrix of a mesh, and the forces that prescribed displacements cause.
struct Assembly: Sendable {
  let deck: Deck
  let layout: StiffnessLayout
  /// Displacement of each degree of freedom that is prescribed; zero elsewhere.
  let prescribed: [Double]

  struct System: Sendable {
    var matrix: SymmetricMatrix
    /// Minus stiffness times prescribed displacements, one for each equation.
    var right: [Double]
    var mass: Double?
  }

  /// Adds up all elements.
  ///
  /// - Throws: ``AnalysisError/invertedElements(_:)``, or `cancelled`.
  func system(isCancelled: @Sendable () -> Bool) throws(AnalysisError) -> System {
    var values = [Double](repeating: 0, count: layout.pattern.rows.count)
    var right = [Double](repeating: 0, count: layout.freedoms.equationCount)
    let hasPrescribed = prescribed.contains { $0 != 0 }
    let laws = deck.sections.map { StiffnessLaw($0.elasticity) }
    let geometry = ElementGeometry()
    let scratch = Buffer(repeating: 0.0, count: 9)
    var inverted: [Int] = []
    for element in 0..<deck.mesh.elementCount {
      if element % 1024 == 0, isCancelled() { throw .cancelled }
      let table = ElementTable.all[deck.mesh.elementKinds[element].rawValue]
      deck.mesh.loadCoordinates(of: element, into: geometry.coordinates.view)
      guard evaluate(geometry, table) else {
        inverted.append(deck.mesh.elementLabels[element])
        continue
      }
      stiffness(
        geometry, table, laws[deck.sectionOfElement[element]], scratch: scratch.view)
      let stride = ElementGeometry.stride(nodes: table.nodeCount)
      values.withMutableView { values in
        scatter(element, table.nodeCount, stride, geometry.products.view, into: values)
      }
      if hasPrescribed {
        addPrescribed(element, table.nodeCount, stride, geometry.products.view, to: &right)
      }
    }
    guard inverted.isEmpty else { throw .invertedElements(inverted) }
    return System(matrix: SymmetricMatrix(pattern: layout.pattern, values: values), right: right)
  }

  /// Adds an element's blocks to the columns of its nodes.
  private func scatter(
    _ element: Int, _ nodeCount: Int, _ stride: Int, _ block: MutableView<Double>,
    into values: MutableView<Double>
  ) {
    let first = deck.mesh.connectivityStarts[element]
    for a in 0..<nodeCount {
      for b in a..<nodeCount {
        let nodeA = layout.places[deck.mesh.connectivity[first + a]]
        let nodeB = layout.places[deck.mesh.connectivity[first + b]]
        let at = 3 * stride * a + 3 * b
        // The node that goes later owns the column; the block of (b, a) is the transpose of (a, b).
        if nodeA < nodeB {
          add(block, at, rowStep: stride, columnStep: 1, row: nodeA, column: nodeB, values)
        } else {
          add(block, at, rowStep: 1, columnStep: stride, row: nodeB, column: nodeA, values)
          if nodeA == nodeB, a != b {
            // A collapsed element holds the same node twice: both transposes fall on its diagonal.
            add(block, at, rowStep: stride, columnStep: 1, row: nodeA, column: nodeB, values)
          }
        }
      }
    }
  }

  @inline(__always)
  private func add(
    _ block: MutableView<Double>, _ at: Int, rowStep: Int, columnStep: Int, row: Int, column: Int,
    _ values: MutableView<Double>
  ) {
    let counts = (layout.equationCounts[row], layout.equationCounts[column])
    guard row != column, counts == (3, 3) else {
      return addPart(block, at, rowStep: rowStep, columnStep: columnStep, row, column, values)
    }
    let offset = layout.offset(row: row, column: column)
    let equation = layout.firstEquations[column]
    for j in 0..<3 {
      let start = layout.pattern.columnStarts[equation &+ j] &+ offset
      let from = at &+ columnStep &* j
      values[start] += block[from]
      values[start &+ 1] += block[from &+ rowStep]
      values[start &+ 2] += block[from &+ 2 &* rowStep]
    }
  }

  /// As `add`, where a direction is prescribed or the block lies on the diagonal.
  private func addPart(
    _ block: MutableView<Double>, _ at: Int, rowStep: Int, columnStep: Int, _ row: Int,
    _ column: Int, _ values: MutableView<Double>
  ) {
    guard layout.equationCounts[column] > 0, layout.equationCounts[row] > 0 else { return }
    let offset = row == column ? layout.ownOffsets[column] : layout.offset(row: row, column: column)
    for j in 0..<3 {
      let columnEquation = layout.freedoms.equations[3 * layout.order[column] + j]
      guard columnEquation >= 0 else { continue }
      let start =
        layout.pattern.columnStarts[columnEquation] + offset - layout.firstEquations[row]
      for i in 0..<3 {
        let rowEquation = layout.freedoms.equations[3 * layout.order[row] + i]
        guard rowEquation >= 0, rowEquation <= columnEquation else { continue }
        values[start + rowEquation] += block[at + rowStep * i + columnStep * j]
      }
    }
  }

  private func addPrescribed(
    _ element: Int, _ nodeCount: Int, _ stride: Int, _ block: MutableView<Double>,
    to right: inout [Double]
  ) {
    let nodes = Array(deck.mesh.nodes(of: element))
    for row in 0..<(3 * nodeCount) {
      let equation = layout.freedoms.equations[3 * nodes[row / 3] + row % 3]
      guard equation >= 0 else { continue }
      for column in 0..<(3 * nodeCount) {
        let displacement = prescribed[3 * nodes[column / 3] + column % 3]
        guard displacement != 0 else { continue }
        let isUpper = row / 3 <= column / 3
        let entry = isUpper ? block[stride * row + column] : block[stride * column + row]
        right[equation] -= entry * displacement
      }
    }
  }
}

extension StiffnessLayout {
  /// Where the rows of `row` begin in the columns of `column`, `row < column`.
  @inline(__always)
  func offset(row: Int, column: Int) -> Int {
    var low = graph.starts[column]
    var high = graph.starts[column + 1]
    while high - low > 1 {
      let middle = (low + high) / 2
      if graph.neighbours[middle] <= row { low = middle } else { high = middle }
    }
    return offsets[low]
  }
}

extension Mesh {
  /// Copies the coordinates of an element's nodes, shape `[nodes, 3]`.
  func loadCoordinates(of element: Int, into view: MutableView<Double>) {
    var place = 0
    for entry in connectivityStarts[element]..<connectivityStarts[element + 1] {
      let node = connectivity[entry]
      for direction in 0..<3 { view[place + direction] = coordinates[3 * node + direction] }
      place += 3
    }
  }
}
