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
  /// Where the blocks of the elements go.
  let layout: BlockLayout
  /// The freedoms of elements that hang on others: gathered here first; nil when there are none.
  let tied: TiedLayout?
  /// Freedoms of nodes outside of the structure that constraints transfer forces to.
  private let outside: Set<Int>
  /// What the assemblies of this system have taken so far.
  let meter = AssemblyMeter()

  package var pattern: SymmetricPattern { layout.pattern }
  package var equationCount: Int { pattern.order }

  /// - Parameters:
  ///   - components: 3 for displacements, 1 for temperatures.
  ///   - constraints: between freedoms `components node + direction`.
  ///   - prescribed: the freedoms whose values are given.
  ///   - order: of the equations.
  init(
    _ deck: Deck, components: Int, constraints: [LinearConstraint], prescribed: Set<Int>,
    order: NodeOrder = .nestedDissection
  ) throws(AnalysisError) {
    self.deck = deck
    self.components = components
    numbering = try FreedomNumbering(
      deck, components: components, constraints: constraints, prescribed: prescribed,
      order: order)
    layout = BlockLayout(
      order: numbering.order, groups: numbering.groups, equations: numbering.equations,
      components: components)
    tied = TiedLayout(deck.mesh, numbering.isTied, components: components)
    outside = Set(
      constraints.flatMap { $0.terms.suffix($0.outsideCount).map(\.freedom) })
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

  /// The forces that are printed, from those that elements and springs exert.
  ///
  /// As in CalculiX they hold what a constraint transfers between nodes of the structure, since both
  /// see it; a node outside of the structure, such as a reference node, has what is transferred to it.
  func printedForces(_ forces: [Double]) -> [Double] {
    guard !outside.isEmpty else { return forces }
    var transferred: [Int: Double] = [:]
    for expression in numbering.elimination.expressions where forces[expression.freedom] != 0 {
      for term in expression.terms where outside.contains(term.freedom) {
        transferred[term.freedom, default: 0] += term.coefficient * forces[expression.freedom]
      }
    }
    var result = forces
    for (freedom, force) in transferred { result[freedom] += force }
    return result
  }

  /// Checks that prescribed values obey the constraints that tie nothing else.
  ///
  /// - Throws: ``AnalysisError/overconstrained(_:)``.
  func check(prescribed: [Double]) throws(AnalysisError) {
    for condition in numbering.elimination.conditions {
      let parts = condition.terms.map { $0.coefficient * prescribed[$0.freedom] }
      let size = parts.reduce(0) { max($0, abs($1)) }
      if abs(parts.reduce(0, +)) > 1e-9 * size { throw .overconstrained(condition.place) }
    }
  }

  /// The freedom of an equation.
  func freedom(of equation: Int) -> Int {
    numbering.equations.firstIndex(of: equation) ?? 0
  }
}

/// The freedoms of all elements that have dependent ones, each with a number of its own.
struct TiedLayout: Sendable {
  let elements: [Int]
  let layout: BlockLayout
  /// The freedom of each equation of the layout.
  let freedoms: [Int]

  /// - Returns: nil when no element is tied.
  init?(_ mesh: Mesh, _ isTied: [Bool], components: Int) {
    elements = isTied.indices.filter { isTied[$0] }
    guard !elements.isEmpty else { return nil }
    var groups = NodeGroups(nodeCount: mesh.nodeCount)
    var equations = [Int](repeating: -1, count: components * mesh.nodeCount)
    for element in elements {
      groups.append(mesh.nodes(of: element))
      for node in mesh.nodes(of: element) {
        for direction in 0..<components { equations[components * node + direction] = 0 }
      }
    }
    freedoms = equations.indices.filter { equations[$0] == 0 }
    for (equation, freedom) in freedoms.enumerated() { equations[freedom] = equation }
    layout = BlockLayout(
      order: Array(0..<mesh.nodeCount), groups: groups, equations: equations,
      components: components)
  }
}
