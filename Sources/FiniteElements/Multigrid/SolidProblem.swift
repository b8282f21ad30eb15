/// A linear elastic body of displacement elements: what an iterative solver has to know.
struct SolidProblem: Sendable {
  let mesh: Mesh
  /// The constants of each section, and the section of each element.
  let elasticities: [Elasticity]
  let sectionOfElement: [Int]
  /// By degree of freedom `3 node + direction`.
  let isFixed: [Bool]
}

extension ElementKind {
  /// Whether the stiffness is plainly the integral of `Bᵀ D B` over the element's points, with nothing
  /// condensed, averaged or stabilised.
  var isPlainSolid: Bool {
    switch self {
    case .c3d4, .c3d8, .c3d10, .c3d20, .c3d20r: true
    }
  }
}
