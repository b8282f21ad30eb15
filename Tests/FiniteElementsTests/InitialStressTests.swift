import Testing

@testable import FiniteElements

/// Stresses and strains that the undeformed body has.
@Suite("initial stress") struct InitialStressTests {
  static let rounding = 1e-9
  static let stress = SIMD8<Double>(100, 20, -50, 30, -10, 40, 0, 0)

  private static func deck(_ kind: ElementKind, isHeld: Bool) -> Deck {
    let mesh = Bodies.brick(kind, cells: [2, 2, 2], size: [1, 1, 1])
    var step = Bodies.step(mesh, isHeld: { _ in isHeld }) { _ in SIMD3() }
    if !isHeld {
      func node(_ place: SIMD3<Double>) -> Int {
        (0..<mesh.nodeCount).first { length(mesh.position(of: $0) - place) < 1e-9 } ?? 0
      }
      let (origin, x, y) = (node([0, 0, 0]), node([1, 0, 0]), node([0, 1, 0]))
      for freedom in [3 * origin, 3 * origin + 1, 3 * origin + 2, 3 * x + 1, 3 * x + 2, 3 * y + 2] {
        step.prescribed[freedom] = .value(0)
      }
    }
    step.elementFile = [.strain]
    return Bodies.deck(mesh, steps: [step])
  }

  private static func everywhere(
    _ deck: Deck, _ tensor: SIMD8<Double>
  ) -> [Int: [SIMD8<Double>]] {
    Dictionary(
      uniqueKeysWithValues: (0..<deck.mesh.elementCount).map {
        ($0, Array(repeating: tensor, count: deck.mesh.elementKinds[$0].pointCount))
      })
  }

  @Test("a uniform initial stress in a free body relaxes to the strain -D⁻¹ σ₀")
  func free() throws {
    for kind in ElementKind.solids {
      var deck = Self.deck(kind, isHeld: false)
      deck.initialStress.stresses = Self.everywhere(deck, Self.stress)
      let frame = try Bodies.solve(deck)
      #expect(frame.fields.stress.allSatisfy { abs($0) < 1e-9 * 100 }, "\(kind.name)")
      // Hooke's law of steel with E = 210000 and nu = 0.3.
      let strain = -(100 - 0.3 * (20 - 50)) / 210_000
      #expect(abs(frame.fields.strain[0] - strain) < Self.rounding * 1e-3, "\(kind.name)")
      #expect(abs(frame.fields.strain[3] + 30 * 1.3 / 210_000) < Self.rounding * 1e-3)
    }
  }

  @Test("a held body keeps it, and its supports bear it")
  func held() throws {
    var deck = Self.deck(.c3d8, isHeld: true)
    deck.initialStress.stresses = Self.everywhere(deck, Self.stress)
    let frame = try Bodies.solve(deck)
    for (place, value) in frame.fields.stress.enumerated() {
      #expect(abs(value - Self.stress[place % 6]) < 1e-12)
    }
    let end = (0..<deck.mesh.nodeCount).filter { deck.mesh.position(of: $0).x > 1 - 1e-9 }
    let force = end.reduce(SIMD3<Double>()) { sum, node in
      sum + SIMD3((0..<3).map { frame.internalForces[3 * node + $0] })
    }
    #expect(length(force - [100, 30, -10]) < 1e-10)
  }

  @Test("a plastic strain in a free body is its strain, and causes no stress")
  func plasticStrain() throws {
    let strain = SIMD8<Double>(1e-3, 2e-3, -3e-3, 5e-4, 0, 1e-4, 0, 0)
    var deck = Self.deck(.c3d20r, isHeld: false)
    deck.initialStress.strains = Self.everywhere(deck, strain)
    let frame = try Bodies.solve(deck)
    #expect(frame.fields.stress.allSatisfy { abs($0) < 1e-7 })
    for (place, value) in frame.fields.strain.enumerated() {
      #expect(abs(value - strain[place % 6]) < Self.rounding * 1e-3)
    }
  }

  @Test("it stiffens as the same stress does that loads cause")
  func prestress() throws {
    let bar = BarDeck(cells: [20, 1, 1], size: [20, 1, 1])
    let (foot, end) = (bar.nodes { $0.x == 0 }, bar.nodes { $0.x == 20 })
    let model =
      bar.mesh + BarDeck.set("FOOT", foot) + BarDeck.set("END", end)
      + BarDeck.material(poisson: 0) + "*BOUNDARY\nFOOT, 1, 3\nEND, 2, 3\n"
    let modes = "*STEP, PERTURBATION\n*FREQUENCY\n1\n*END STEP\n"
    func frequency(_ before: String) throws -> Double {
      try #require(Decks.solve(Decks.parse(model + before + modes)).3.eigenvalues.first)
    }
    let stressed = try frequency(
      "*INITIAL CONDITIONS, TYPE=STRESS\nEALL, 1., 0., 0., 0., 0., 0.\n"
        + "*BOUNDARY\nEND, 1\n*STEP\n*STATIC\n*END STEP\n")
    let pulled = try frequency("*STEP\n*STATIC\n*BOUNDARY\nEND, 1, 1, 0.02\n*END STEP\n")
    let slack = try frequency("*BOUNDARY\nEND, 1\n*STEP\n*STATIC\n*END STEP\n")
    #expect(stressed > 1.05 * slack)
    // The pulled bar is longer by one thousandth, and its stiffness refers to that shape.
    #expect(abs(stressed / pulled - 1) < 5e-3)
  }

  @Test("it is read by element and integration point")
  func reading() throws {
    let deck = try Decks.parse(
      "*INITIAL CONDITIONS, TYPE=STRESS\n1, 3, 1., 2., 3., 4., 5., 6.\n" + Decks.cube(""))
    let points = try #require(deck.initialStress.stresses[0])
    #expect(points.count == 8)
    #expect(points[2] == [1, 2, 3, 4, 5, 6, 0, 0])
    #expect(points[0] == SIMD8())
  }

  @Test(
    "what is wrong with its lines",
    arguments: [
      (
        "1, 9, 1., 2., 3., 4., 5., 6.",
        "cube.inp:2: element 1 has no integration point 9\n  fix: it has 8"
      ),
      (
        "1, 1, 1., 2., 3.",
        """
        cube.inp:2: *INITIAL CONDITIONS, TYPE=STRESS needs element, integration point, and components \
        xx, yy, zz, xy, xz, yz
          fix: write for example 12, 1, 50., 0., 0., 0., 0., 0.
        """
      ),
    ])
  func problems(_ line: String, _ problem: String) {
    let text = "*INITIAL CONDITIONS, TYPE=STRESS\n\(line)\n" + Decks.cube("")
    #expect(Decks.problems(text) == problem)
  }
}
