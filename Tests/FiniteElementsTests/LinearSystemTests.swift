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
