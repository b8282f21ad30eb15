import LinearAlgebra

/// Which freedoms are unknowns, in the order of their elimination, and which follow from others.
struct FreedomNumbering: Sendable {
  /// The equation of each freedom; -1 prescribed or without stiffness, below -1 dependent.
  let equations: [Int]
  let equationCount: Int
  let elimination: Elimination
  /// The nodes in the order of their elimination.
  let order: [Int]
  /// Whether freedoms of an element depend on others.
  let isTied: [Bool]
  /// Which nodes meet in the matrix.
  let groups: NodeGroups
  private let prescribed: Set<Int>
  /// The unknowns of expression `e` are those in `termStarts[e]..<termStarts[e + 1]`.
  private let termStarts: [Int]
  private let termEquations: [Int]
  private let termFactors: [Double]

  init(
    _ deck: Deck, components: Int, constraints: [LinearConstraint], prescribed: Set<Int>
  ) throws(AnalysisError) {
    elimination = Elimination(constraints) { prescribed.contains($0) }
    self.prescribed = prescribed
    let couplings = Couplings(deck, components: components, elimination, prescribed)
    isTied = couplings.isTied
    groups = couplings.groups(deck.mesh)
    do {
      order = try deck.mesh.eliminationOrder(couplings: couplings.special)
    } catch {
      throw .outOfMemory(equations: components * deck.mesh.nodeCount)
    }
    var equations = [Int](repeating: -1, count: components * deck.mesh.nodeCount)
    for (index, expression) in elimination.expressions.enumerated() {
      equations[expression.freedom] = -2 - index
    }
    let isUsed = deck.mesh.isUsed
    var next = 0
    for node in order {
      for freedom in (components * node)..<(components * node + components)
      where equations[freedom] == -1 && !prescribed.contains(freedom) {
        guard isUsed[node] || couplings.touched.contains(freedom) else { continue }
        equations[freedom] = next
        next += 1
      }
    }
    self.equations = equations
    equationCount = next
    var (starts, numbers, factors) = ([0], [Int](), [Double]())
    for expression in elimination.expressions {
      for term in expression.terms where equations[term.freedom] >= 0 {
        numbers.append(equations[term.freedom])
        factors.append(term.coefficient)
      }
      starts.append(numbers.count)
    }
    (termStarts, termEquations, termFactors) = (starts, numbers, factors)
  }

  /// Whether a freedom has a value of its own: an unknown or prescribed.
  func isActive(_ freedom: Int) -> Bool {
    equations[freedom] >= 0 || prescribed.contains(freedom)
  }

  /// Whether a freedom is an unknown, prescribed, or follows from those.
  func isKnown(_ freedom: Int) -> Bool { isActive(freedom) || equations[freedom] < -1 }

  /// The unknowns that a freedom depends on, with their factors.
  @inline(__always)
  func forEachEquation(of freedom: Int, _ body: (_ equation: Int, _ factor: Double) -> Void) {
    let equation = equations[freedom]
    if equation >= 0 { return body(equation, 1) }
    guard equation < -1 else { return }
    for entry in termStarts[-2 - equation]..<termStarts[-1 - equation] {
      body(termEquations[entry], termFactors[entry])
    }
  }
}

/// Which nodes constraints and discrete elements bring together, besides those of an element.
private struct Couplings {
  /// Whether freedoms of an element depend on others.
  private(set) var isTied: [Bool]
  /// For each tied element, then each discrete one: the nodes of the unknowns that it depends on.
  private(set) var special: NodeGroups
  /// Freedoms that resist because a constraint or a discrete element hangs on them.
  private(set) var touched: Set<Int> = []

  init(_ deck: Deck, components: Int, _ elimination: Elimination, _ prescribed: Set<Int>) {
    let mesh = deck.mesh
    isTied = [Bool](repeating: false, count: mesh.elementCount)
    special = NodeGroups(nodeCount: mesh.nodeCount)
    let discretes = components == 3 ? deck.discretes : []
    guard !elimination.expressions.isEmpty || !discretes.isEmpty else { return }
    var isDependent = [Bool](repeating: false, count: mesh.nodeCount)
    for expression in elimination.expressions {
      isDependent[expression.freedom / components] = true
    }
    func append(_ freedoms: [Int]) {
      var nodes = Set<Int>()
      for freedom in freedoms {
        if let index = elimination.expressionOf[freedom] {
          for term in elimination.expressions[index].terms {
            touched.insert(term.freedom)
            if !prescribed.contains(term.freedom) { nodes.insert(term.freedom / components) }
          }
        } else if !prescribed.contains(freedom) {
          nodes.insert(freedom / components)
        }
      }
      special.append(nodes.sorted())
    }
    for element in 0..<mesh.elementCount
    where mesh.nodes(of: element).contains(where: { isDependent[$0] }) {
      isTied[element] = true
      append(
        mesh.nodes(of: element).flatMap { node in
          (0..<components).map { components * node + $0 }
        })
    }
    for discrete in discretes {
      touched.formUnion(discrete.freedoms)
      append(discrete.freedoms)
    }
  }

  /// All groups of the matrix.
  func groups(_ mesh: Mesh) -> NodeGroups {
    guard special.count > 0 else { return NodeGroups(mesh) }
    var groups = NodeGroups(nodeCount: mesh.nodeCount)
    groups.reserve(groups: mesh.elementCount, nodes: mesh.connectivity.count)
    for element in 0..<mesh.elementCount where !isTied[element] {
      groups.append(mesh.nodes(of: element))
    }
    for group in 0..<special.count { groups.append(special[group]) }
    return groups
  }
}
