import Testing

@testable import FiniteElements

@Suite("Linear constraints")
struct ConstraintTests {
  @Test("tying the far side's displacements to one of its nodes keeps it plane")
  func plane() throws {
    let mesh = Bodies.brick(.c3d8, cells: [2, 2, 2], size: [1, 1, 1])
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
    let end = (0..<mesh.nodeCount).filter { mesh.position(of: $0).x == 1 }
    step.forces = [PointLoad(freedom: 3 * end[0], value: 5)]
    let place = Place(file: "test.inp", line: 1)
    step.constraints = end.dropFirst().map {
      LinearConstraint([.init(3 * $0, 1), .init(3 * end[0], -1)], place: place)
    }
    let deck = Bodies.deck(mesh, steps: [step])
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.run(step)
    let u = analysis.state.displacements
    #expect(u[3 * end[0]] > 0)
    for node in end { #expect(abs(u[3 * node] - u[3 * end[0]]) < 1e-18) }
  }

  @Test("chained constraints are resolved and redundant ones are passed over")
  func chains() {
    let place = Place(file: "test.inp", line: 1)
    func constraint(_ terms: [(Int, Double)]) -> LinearConstraint {
      LinearConstraint(terms.map { .init($0.0, $0.1) }, place: place)
    }
    let elimination = Elimination(
      [
        constraint([(0, 1), (1, -2)]), constraint([(1, 1), (2, -3)]),
        constraint([(0, 1), (2, -6)]), constraint([(3, 1), (0, 1)]),
      ], isPrescribed: { $0 == 3 })
    #expect(elimination.expressions.count == 3)
    // 3 is prescribed: 0 = -u3, so 1 and 2 follow from it.
    for expression in elimination.expressions {
      #expect(expression.terms.map(\.freedom) == [3])
    }
  }
}
