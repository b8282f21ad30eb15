import Testing

@testable import FiniteElements
@testable import LinearAlgebra

@Suite("Linear systems")
struct LinearSystemTests {
  /// Numbers that look random and are the same in each run.
  private struct Noise {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53) * 2 - 1
    }
    mutating func index(below count: Int) -> Int { Int((next() + 1) / 2 * Double(count)) % count }
  }

  private static let place = Place(file: "test.inp", line: 1)

  /// A distorted brick with random constraints, a spring, and random prescribed freedoms.
  private static func model(seed: UInt64) -> (Deck, [LinearConstraint], Set<Int>) {
    var noise = Noise(state: seed)
    let mesh = Bodies.brick(.c3d20, cells: [2, 2, 1], size: [2, 1, 1]) {
      $0 + 0.03 * SIMD3($0.y * $0.z, $0.x * $0.z, $0.x * $0.y)
    }
    let count = 3 * mesh.nodeCount
    let prescribed = Set((0..<20).map { _ in noise.index(below: count) })
    var constraints: [LinearConstraint] = []
    for _ in 0..<15 {
      let terms = (0..<(2 + noise.index(below: 5))).map { _ in
        LinearConstraint.Term(noise.index(below: count), noise.next())
      }
      constraints.append(LinearConstraint(terms, place: place))
    }
    var deck = Bodies.deck(mesh, steps: [])
    deck.discretes = [
      DiscreteElement(label: 1, freedoms: [0, 100, 50], stiffness: [5, 1, 0, 1, 5, 2, 0, 2, 5])
    ]
    return (deck, constraints, prescribed)
  }

  @Test("a random system's matrix is the quadratic form of its expanded freedoms", arguments: 1...6)
  func congruence(seed: Int) throws {
    let (deck, constraints, prescribed) = Self.model(seed: UInt64(seed))
    let system = try LinearSystem(
      deck, components: 3, constraints: constraints, prescribed: prescribed)
    let stiffness = StiffnessOperator(deck)
    let matrix = try system.assemble(stiffness)
    var noise = Noise(state: UInt64(seed + 99))
    let zeros = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    for _ in 0..<3 {
      let x = (0..<system.equationCount).map { _ in noise.next() }
      let expected = system.reduce(system.apply(stiffness, system.expand(x, prescribed: zeros)))
      let product = matrix.multiplied(by: x)
      let scale = expected.map(abs).max() ?? 1
      for (one, other) in zip(product, expected) { #expect(abs(one - other) < 1e-11 * scale) }
    }
  }

  @Test("expanded freedoms satisfy all constraints and prescribed values", arguments: 1...6)
  func constraintsHold(seed: Int) throws {
    let (deck, constraints, prescribed) = Self.model(seed: UInt64(seed))
    let system = try LinearSystem(
      deck, components: 3, constraints: constraints, prescribed: prescribed)
    var noise = Noise(state: UInt64(seed))
    var values = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    for freedom in prescribed { values[freedom] = noise.next() }
    let x = (0..<system.equationCount).map { _ in noise.next() }
    let full = system.expand(x, prescribed: values)
    for constraint in constraints {
      let parts = constraint.terms.map { $0.coefficient * full[$0.freedom] }
      #expect(abs(parts.reduce(0, +)) < 1e-10 * (parts.map(abs).max() ?? 1))
    }
    for freedom in prescribed { #expect(full[freedom] == values[freedom]) }
    #expect(
      system.equationCount
        == full.count - prescribed.count - system.numbering.elimination.expressions.count)
  }

  @Test(
    "the eliminated system has the solution of the one with Lagrange multipliers", arguments: 1...5)
  func multipliers(seed: Int) throws {
    var noise = Noise(state: UInt64(seed))
    let mesh = Bodies.brick(.c3d8, cells: [2, 1, 1], size: [2, 1, 1])
    let count = 3 * mesh.nodeCount
    let held = Set((0..<mesh.nodeCount).filter { mesh.position(of: $0).x == 0 })
    let prescribed = Set(held.flatMap { node in (0..<3).map { 3 * node + $0 } })
    // The first freedom of each is free, so that none is left between prescribed ones.
    let free = (0..<count).filter { !prescribed.contains($0) }
    let constraints = (0..<4).map { index in
      LinearConstraint(
        [LinearConstraint.Term(free[7 * index], 2)]
          + (0..<3).map { _ in LinearConstraint.Term(noise.index(below: count), noise.next()) },
        place: Self.place)
    }
    let deck = Bodies.deck(mesh, steps: [])
    var values = [Double](repeating: 0, count: count)
    for freedom in prescribed { values[freedom] = 1e-3 * noise.next() }
    let forces = (0..<count).map { prescribed.contains($0) ? 0 : 100 * noise.next() }

    let system = try LinearSystem(
      deck, components: 3, constraints: constraints, prescribed: prescribed)
    let stiffness = StiffnessOperator(deck)
    var factor = try system.analysed()
    try factor.factorise(try system.assemble(stiffness))
    let pull = system.apply(stiffness, system.expand([], prescribed: values))
    let x = try factor.solve(system.reduce(zip(forces, pull).map(-)))
    let u = system.expand(x, prescribed: values)

    // [K Cᵀ; C 0] with a row for each constraint and each prescribed freedom.
    var rows: [(terms: [LinearConstraint.Term], right: Double)] = constraints.map { ($0.terms, 0) }
    rows += prescribed.sorted().map { ([LinearConstraint.Term($0, 1)], values[$0]) }
    let size = count + rows.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: size + 1), count: size)
    for column in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[column] = 1
      for (row, value) in system.apply(stiffness, unit).enumerated() { matrix[row][column] = value }
      matrix[column][size] = forces[column]
    }
    for (index, row) in rows.enumerated() {
      for term in row.terms {
        matrix[count + index][term.freedom] += 1e5 * term.coefficient
        matrix[term.freedom][count + index] += 1e5 * term.coefficient
      }
      matrix[count + index][size] = 1e5 * row.right
    }
    let dense = Self.solved(matrix)
    let scale = u.map(abs).max() ?? 1
    for freedom in 0..<count { #expect(abs(u[freedom] - dense[freedom]) < 1e-8 * scale) }
  }

  /// Gauss elimination with row pivots; the last column is the right-hand side.
  private static func solved(_ matrix: [[Double]]) -> [Double] {
    var matrix = matrix
    for pivot in matrix.indices {
      let best = (pivot..<matrix.count).max { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) }
      matrix.swapAt(pivot, best ?? pivot)
      for row in matrix.indices where row != pivot && matrix[row][pivot] != 0 {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot...matrix.count { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    return matrix.indices.map { matrix[$0][matrix.count] / matrix[$0][$0] }
  }

  @Test("two threads assemble the same matrix as one")
  func threads() throws {
    let (deck, constraints, prescribed) = Self.model(seed: 7)
    let system = try LinearSystem(
      deck, components: 3, constraints: constraints, prescribed: prescribed)
    let one = try system.assemble(StiffnessOperator(deck), threads: 1)
    let two = try system.assemble(StiffnessOperator(deck), threads: 2)
    #expect(one.values == two.values)
  }

  @Test("prescribed values that contradict a constraint are found")
  func contradiction() throws {
    let (deck, _, _) = Self.model(seed: 8)
    let system = try LinearSystem(
      deck, components: 3,
      constraints: [LinearConstraint([.init(3, 1), .init(6, -1)], place: Self.place)],
      prescribed: [3, 6])
    var values = [Double](repeating: 0, count: 3 * deck.mesh.nodeCount)
    (values[3], values[6]) = (2, 2)
    try system.check(prescribed: values)
    values[6] = 1
    #expect(throws: AnalysisError.overconstrained(Self.place)) {
      try system.check(prescribed: values)
    }
  }
}
