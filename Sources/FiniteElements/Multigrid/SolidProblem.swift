/// A linear elastic body of displacement elements: what an iterative solver has to know.
struct SolidProblem: Sendable {
  let mesh: Mesh
  /// The constants of each section, and the section of each element.
  let elasticities: [Elasticity]
  let sectionOfElement: [Int]
  /// By degree of freedom `3 node + direction`.
  let isFixed: [Bool]

  init(_ deck: Deck, fixed: Set<Int>) {
    mesh = deck.mesh
    elasticities = deck.sections.map(\.elasticity)
    sectionOfElement = deck.sectionOfElement
    var isFixed = [Bool](repeating: false, count: 3 * deck.mesh.nodeCount)
    for freedom in fixed where freedom < isFixed.count { isFixed[freedom] = true }
    self.isFixed = isFixed
  }
}
