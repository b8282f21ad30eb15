import LinearAlgebra

/// Which freedoms are unknowns, in the order of their elimination.
struct FreedomNumbering: Sendable {
  /// The equation of each freedom; -1 prescribed or without stiffness, -2 dependent.
  let equations: [Int]
  let equationCount: Int
  let elimination: Elimination
  private let prescribed: Set<Int>

  init(
    _ deck: Deck, components: Int, constraints: [LinearConstraint], prescribed: Set<Int>
  ) throws(AnalysisError) {
    do {
      elimination = try Elimination(constraints) { prescribed.contains($0) }
    } catch {
      switch error {
      case .overconstrained(let place): throw .overconstrained(place)
      }
    }
    self.prescribed = prescribed
    let isUsed = deck.mesh.isUsed
    var isTied = Set<Int>()
    for expression in elimination.expressions {
      for term in expression.terms { isTied.insert(term.freedom) }
    }
    for discrete in deck.discretes where components == 3 { isTied.formUnion(discrete.freedoms) }
    var equations = [Int](repeating: -1, count: components * deck.mesh.nodeCount)
    var next = 0
    let order: [Int]
    do {
      order = try deck.mesh.eliminationOrder()
    } catch {
      throw .outOfMemory(equations: equations.count)
    }
    for node in order {
      for freedom in (components * node)..<(components * node + components) {
        if elimination.expressionOf[freedom] != nil {
          equations[freedom] = -2
        } else if !prescribed.contains(freedom), isUsed[node] || isTied.contains(freedom) {
          equations[freedom] = next
          next += 1
        }
      }
    }
    self.equations = equations
    equationCount = next
  }

  /// Whether a freedom has a value of its own: an unknown or prescribed.
  func isActive(_ freedom: Int) -> Bool {
    equations[freedom] >= 0 || prescribed.contains(freedom)
  }

  /// Whether a freedom is an unknown, prescribed, or follows from those.
  func isKnown(_ freedom: Int) -> Bool { isActive(freedom) || equations[freedom] == -2 }

  /// The unknowns that a freedom depends on, with their factors.
  func forEachEquation(of freedom: Int, _ body: (_ equation: Int, _ factor: Double) -> Void) {
    let equation = equations[freedom]
    if equation >= 0 { return body(equation, 1) }
    guard equation == -2, let place = elimination.expressionOf[freedom] else { return }
    for term in elimination.expressions[place].terms where equations[term.freedom] >= 0 {
      body(equations[term.freedom], term.coefficient)
    }
  }

  /// The pattern that all elements of the deck fill.
  func pattern(_ deck: Deck) -> SymmetricPattern {
    let components = equations.count / max(deck.mesh.nodeCount, 1)
    var columns = [Set<Int>](repeating: [], count: equationCount)
    func connect(_ freedoms: [Int]) {
      var unknowns = Set<Int>()
      for freedom in freedoms {
        forEachEquation(of: freedom) { equation, _ in unknowns.insert(equation) }
      }
      for column in unknowns {
        for row in unknowns where row <= column { columns[column].insert(row) }
      }
    }
    for element in 0..<deck.mesh.elementCount {
      connect(
        deck.mesh.nodes(of: element).flatMap { node in
          (0..<components).map { components * node + $0 }
        })
    }
    if components == 3 { for discrete in deck.discretes { connect(discrete.freedoms) } }
    var starts = [0]
    var rows: [Int] = []
    for (column, entries) in columns.enumerated() {
      // Every equation has a diagonal entry, also one that nothing resists yet.
      rows += entries.union([column]).sorted()
      starts.append(rows.count)
    }
    return SymmetricPattern(columnStarts: starts, rows: rows)
  }
}
