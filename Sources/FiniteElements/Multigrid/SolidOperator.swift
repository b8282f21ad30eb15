import LinearAlgebra

/// The stiffness matrix of a body as an operator: nothing is stored but the elements' geometry.
///
/// Vectors hold three numbers for each node in the order of `numbering`, then copies of the nodes
/// that two threads share. Fixed displacements neither act nor appear in products.
final class SolidOperator {
  let numbering: SolidNumbering
  let groups: [ElementGroup]
  let team: ThreadTeam
  /// Whether each displacement is fixed, by the operator's numbering, and the list of those.
  let isFixed: [Bool]
  private let fixed: [Int32]
  let copies: NodeCopies
  var nodeCount: Int { numbering.nodes.count }

  /// What a product reads with numbers of `size` bytes, but for the vectors.
  func productBytes(numberSize size: Int) -> Double {
    groups.reduce(0) { $0 + $1.bytes(numberSize: size) }
  }

  /// - Throws: ``AnalysisError/invertedElements(_:)``.
  init(_ problem: SolidProblem, team: ThreadTeam) throws(AnalysisError) {
    let mesh = problem.mesh
    let numbering = SolidNumbering(mesh, parts: team.count)
    let groups = Self.groups(problem, numbering)
    copies = NodeCopies(groups, mesh, numbering)
    isFixed = numbering.nodes.flatMap { node in (0..<3).map { problem.isFixed[3 * Int(node) + $0] }
    }
    fixed = isFixed.indices.filter { [isFixed] in isFixed[$0] }.map {
      Int32(truncatingIfNeeded: $0)
    }
    self.team = team
    self.numbering = numbering
    self.groups = groups
    var inverted: [Int] = []
    for group in groups { inverted += group.evaluate(mesh, team: team) }
    guard inverted.isEmpty else {
      throw .invertedElements(inverted.sorted().map { mesh.elementLabels[$0] })
    }
  }

  private static func groups(
    _ problem: SolidProblem, _ numbering: SolidNumbering
  ) -> [ElementGroup] {
    struct Key: Hashable {
      let kind: ElementKind
      let law: ElementGroup.GroupLaw
    }
    let laws = problem.elasticities.map { StiffnessLaw($0) }
    let groupLaws = laws.enumerated().map { section, law -> ElementGroup.GroupLaw in
      switch law {
      case .isotropic: .isotropic
      case .general: .general(section: section)
      }
    }
    var keys: [Key] = []
    var indices: [Key: Int] = [:]
    var lists: [[[Int32]]] = []
    var (lastKey, lastIndex): (Key?, Int) = (nil, 0)
    let parts = numbering.elementStarts.count - 1
    for part in 0..<parts {
      for element in numbering.elements[
        numbering.elementStarts[part]..<numbering.elementStarts[part + 1]]
      {
        let key = Key(
          kind: problem.mesh.elementKinds[Int(element)],
          law: groupLaws[problem.sectionOfElement[Int(element)]])
        if key != lastKey {
          lastKey = key
          lastIndex = indices[key] ?? lists.count
          if lastIndex == lists.count {
            indices[key] = lastIndex
            keys.append(key)
            lists.append([[Int32]](repeating: [], count: parts))
          }
        }
        lists[lastIndex][part].append(element)
      }
    }
    return keys.indices.map {
      ElementGroup(problem, laws: laws, kind: keys[$0].kind, law: keys[$0].law, parts: lists[$0])
    }
  }

  /// Displacements that are sought.
  var unknowns: Int { count - fixed.count }
  /// Displacements that count, fixed ones among them.
  var count: Int { 3 * nodeCount }
  var vectorLength: Int { 3 * (nodeCount + copies.originals.count) + BlockMatrix.slack }

  /// Sets the fixed displacements of a vector to zero.
  func clearFixed<Number: KernelNumber>(_ vector: MutableView<Number>) {
    fixed.withView { fixed in
      for index in 0..<fixed.count { vector[Int(fixed[index])] = 0 }
    }
  }

  /// Runs `body` for the batches of each group and part, between giving copies their values and
  /// collecting what was added to them.
  func gatherAndAdd<Number: KernelNumber>(
    _ vector: MutableView<Number>, _ product: MutableView<Number>, width: Int,
    _ body: (ElementGroup, Range<Int>) -> Void
  ) {
    copies.originals.withView { originals in
      let first = numbering.nodes.count
      for copy in 0..<originals.count where vector.count > 0 {
        for i in 0..<3 { vector[3 * (first + copy) + i] = vector[3 * Int(originals[copy]) + i] }
      }
      team.run { part in
        let own = numbering.nodeStarts[part]..<numbering.nodeStarts[part + 1]
        product.fill((width * own.lowerBound)..<(width * own.upperBound), with: 0)
        let copied = copies.starts[part]..<copies.starts[part + 1]
        product.fill(
          (width * (first + copied.lowerBound))..<(width * (first + copied.upperBound)), with: 0)
        // A part writes to its own nodes and to its copies, so it need not wait for the others.
        for group in groups { body(group, group.batchStarts[part]..<group.batchStarts[part + 1]) }
      }
      for copy in 0..<originals.count {
        for i in 0..<width {
          product[width * Int(originals[copy]) + i] += product[width * (first + copy) + i]
        }
      }
    }
  }

  /// Stiffness times a displacement field that need not vanish where displacements are fixed.
  func forces(of vector: MutableView<Double>, into product: MutableView<Double>) {
    gatherAndAdd(vector, product, width: 3) { group, batches in
      let scratch = Buffer(repeating: 0.0, count: 48 * group.table.nodeCount)
      addStiffness(group.input, batches, vector, product, scratch: scratch.view)
    }
  }

  /// The inverse diagonal blocks.
  func diagonal() -> BlockDiagonal {
    let sums = Buffer(repeating: 0.0, count: 2 * vectorLength)
    let view = sums.view
    let nothing = Buffer(repeating: 0.0, count: 0)
    gatherAndAdd(nothing.view, view, width: 6) { group, batches in
      group.addDiagonal(batches, to: view)
    }
    let place = [0, 1, 2, 1, 3, 4, 2, 4, 5]
    return BlockDiagonal(
      blockSize: 3, rowCount: nodeCount, team: team,
      block: { row, i, j in view[6 * row + place[3 * i + j]] },
      isFree: { [isFixed] row, i in !isFixed[3 * row + i] })
  }
}

extension SolidOperator: SingleOperator {
  func multiply(_ vector: MutableView<Float>, into product: MutableView<Float>) {
    gatherAndAdd(vector, product, width: 3) { group, batches in
      let scratch = Buffer(repeating: Float(0), count: 48 * group.table.nodeCount)
      addStiffness(group.singleInput, batches, vector, product, scratch: scratch.view)
    }
    clearFixed(product)
  }
}

extension SolidOperator: DoubleOperator {
  func multiply(_ vector: MutableView<Double>, into product: MutableView<Double>) {
    forces(of: vector, into: product)
    clearFixed(product)
  }
}

/// The nodes that elements of a part name although an earlier part owns them: each part has a copy.
struct NodeCopies: Sendable {
  private(set) var originals: [Int32] = []
  private(set) var starts = [0]

  /// Fills the nodes of all groups.
  init(_ groups: [ElementGroup], _ mesh: Mesh, _ numbering: SolidNumbering) {
    var copyOfNode: [Int32] = []
    for part in 0..<(numbering.nodeStarts.count - 1) {
      let firstOwn = numbering.nodeStarts[part]
      copyOfNode = [Int32](repeating: -1, count: firstOwn)
      for group in groups {
        let count = group.table.nodeCount
        let target = group.nodes.view
        for batch in group.batchStarts[part]..<group.batchStarts[part + 1] {
          for lane in 0..<8 {
            let first = mesh.connectivityStarts[Int(group.elements.view[8 * batch + lane])]
            for a in 0..<count {
              var place = Int(numbering.places[mesh.connectivity[first + a]])
              if place < firstOwn {
                if copyOfNode[place] < 0 {
                  copyOfNode[place] = Int32(truncatingIfNeeded: originals.count)
                  originals.append(Int32(truncatingIfNeeded: place))
                }
                place = numbering.nodes.count + Int(copyOfNode[place])
              }
              target[8 * (count * batch + a) + lane] = Int32(truncatingIfNeeded: 3 * place)
            }
          }
        }
      }
      starts.append(originals.count)
    }
  }
}
