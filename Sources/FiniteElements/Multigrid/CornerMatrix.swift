import LinearAlgebra

/// Builds the stiffness matrix of the corner nodes, `Pᵀ K P` with P the means of ``CornerSpace``.
///
/// An element's part is its own integral with the shape functions of the corners enlarged by half of
/// those of the nodes between them.
struct CornerMatrix {
  let system: SolidOperator
  let space: CornerSpace
  /// Corner numbers of each element in the order of the numbering, and where they begin.
  private let elementStarts: [Int]
  private let elementCorners: [Int32]

  init(_ mesh: Mesh, _ system: SolidOperator, _ space: CornerSpace) {
    self.system = system
    self.space = space
    var (starts, list): ([Int], [Int32]) = ([0], [])
    let numbering = system.numbering
    list.reserveCapacity(8 * numbering.elements.count)
    for element in numbering.elements {
      let first = mesh.connectivityStarts[Int(element)]
      for a in 0..<mesh.elementKinds[Int(element)].cornerCount {
        list.append(space.ends[2 * Int(numbering.places[mesh.connectivity[first + a]])])
      }
      starts.append(list.count)
    }
    elementStarts = starts
    elementCorners = list
  }

  /// The matrix; fixed displacements have a one on the diagonal and nothing else.
  func assembled() -> BlockMatrix {
    let matrix = pattern()
    let team = system.team
    let owned = owners()
    team.run { part in
      for group in system.groups {
        let kernel = CornerKernel(group, system, space)
        kernel.add(
          group.batchStarts[part]..<group.batchStarts[part + 1], to: matrix, rows: owned[part])
        // Elements of later parts that reach into this part's rows are computed here once more.
        for other in (part + 1)..<max(team.count, part + 1) {
          kernel.addTouching(
            group.batchStarts[other]..<group.batchStarts[other + 1], to: matrix, rows: owned[part])
        }
      }
    }
    fix(matrix)
    return matrix
  }

  /// The corners of the nodes that each part owns.
  private func owners() -> [Range<Int>] {
    let starts = system.numbering.nodeStarts.map { node in
      space.corners.partitioningIndex { Int($0) >= node }
    }
    return (0..<(starts.count - 1)).map { starts[$0]..<starts[$0 + 1] }
  }

  /// Which corners share an element; columns ascending.
  private func pattern() -> BlockMatrix {
    let count = space.corners.count
    let adjacency = Adjacency(elementStarts, elementCorners, nodes: count)
    let starts = Buffer(repeating: 0, count: count + 1)
    let view = starts.view
    adjacency.forEachRow(system.team) { row, neighbours in view[row + 1] = neighbours.count }
    for row in 0..<count { view[row + 1] += view[row] }
    let matrix = BlockMatrix(
      blockRows: 3, blockColumns: 3, rowCount: count, columnCount: count, starts: starts)
    let (columns, begin) = (matrix.columns, matrix.starts)
    adjacency.forEachRow(system.team) { row, neighbours in
      // Insertion sort: rows are short and nearly sorted.
      let first = begin[row]
      for index in 0..<neighbours.count {
        let value = neighbours[index]
        var place = first + index
        while place > first, columns[place - 1] > value {
          columns[place] = columns[place - 1]
          place -= 1
        }
        columns[place] = value
      }
    }
    return matrix
  }

  private func fix(_ matrix: BlockMatrix) {
    let (starts, columns, values) = (matrix.starts, matrix.columns, matrix.values)
    space.isFixed.withView { isFixed in
      let count = space.corners.count
      let touched = Buffer(repeating: false, count: count)
      for corner in 0..<count {
        touched.view[corner] =
          isFixed[3 * corner] || isFixed[3 * corner + 1] || isFixed[3 * corner + 2]
      }
      let isTouched = touched.view
      system.team.split(count) { rows in
        for row in rows {
          for entry in starts[row]..<starts[row + 1] {
            let column = Int(columns[entry])
            guard isTouched[row] || isTouched[column] else { continue }
            for i in 0..<3 {
              for j in 0..<3 where isFixed[3 * row + i] || isFixed[3 * column + j] {
                values[9 * entry + 3 * i + j] = row == column && i == j ? 1 : 0
              }
            }
          }
        }
      }
    }
  }
}

/// The elements of each node, for finding the neighbours of a node.
private struct Adjacency {
  let elementStarts: [Int]
  let elementNodes: [Int32]
  private let starts: [Int]
  private let elements: [Int32]
  private let nodeCount: Int

  init(_ elementStarts: [Int], _ elementNodes: [Int32], nodes: Int) {
    var starts = [Int](repeating: 0, count: nodes + 1)
    for node in elementNodes { starts[Int(node) + 1] += 1 }
    for node in 0..<nodes { starts[node + 1] += starts[node] }
    var next = starts
    var elements = [Int32](repeating: 0, count: elementNodes.count)
    for element in 0..<(elementStarts.count - 1) {
      for node in elementNodes[elementStarts[element]..<elementStarts[element + 1]] {
        elements[next[Int(node)]] = Int32(truncatingIfNeeded: element)
        next[Int(node)] += 1
      }
    }
    self.elementStarts = elementStarts
    self.elementNodes = elementNodes
    self.starts = starts
    self.elements = elements
    nodeCount = nodes
  }

  /// Calls `body` with each node and its neighbours, itself among them.
  func forEachRow(_ team: ThreadTeam, _ body: (Int, MutableView<Int32>) -> Void) {
    elementStarts.withView { elementStarts in
      elementNodes.withView { elementNodes in
        starts.withView { starts in
          elements.withView { elements in
            team.split(nodeCount) { rows in
              let marks = Buffer(repeating: Int32(-1), count: nodeCount)
              let seen = marks.view
              var capacity = 512
              var list = Buffer(repeating: Int32(0), count: capacity)
              for row in rows {
                let most = (starts[row + 1] - starts[row]) * 8
                if most > capacity {
                  capacity = most
                  list = Buffer(repeating: 0, count: capacity)
                }
                let found = list.view
                let mark = Int32(truncatingIfNeeded: row)
                var count = 0
                for index in starts[row]..<starts[row + 1] {
                  let element = Int(elements[index])
                  for place in elementStarts[element]..<elementStarts[element + 1] {
                    let node = elementNodes[place]
                    guard seen[Int(node)] != mark else { continue }
                    seen[Int(node)] = mark
                    found[count] = node
                    count += 1
                  }
                }
                body(row, found[part: 0..<count])
              }
            }
          }
        }
      }
    }
  }
}

extension Array {
  /// The first index whose element fulfils `belongs`, of elements sorted so that those come last.
  fileprivate func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
