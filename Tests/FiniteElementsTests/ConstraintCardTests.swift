import Testing

@testable import FiniteElements

@Suite("Cards that tie freedoms")
struct ConstraintCardTests {
  /// Differences of two solutions of the same problem: a few rounding errors of the elimination.
  private static let rounding = 1e-9

  private static let bar = BarDeck(cells: [3, 2, 2], size: [3, 1, 1])
  private static let foot = bar.nodes { $0.x == 0 }
  private static let end = bar.nodes { $0.x == 3 }

  private static func barDeck(_ model: String, _ step: String) -> String {
    bar.mesh + "*NODE\n1001, 3.5, .3, .2\n1002, 3.5, .3, .2\n" + BarDeck.set("FOOT", foot)
      + BarDeck.set("END", end) + BarDeck.surface("FACE", bar.endElements(), "S4")
      + BarDeck.material() + "*BOUNDARY\nFOOT, 1, 3\n" + model + "*STEP\n*STATIC\n" + step
      + "*END STEP\n"
  }

  @Test("two tied blocks deform as one block", arguments: ["", ", ADJUST=NO"])
  func tie(option: String) throws {
    let whole = BarDeck(cells: [4, 2, 2], size: [2, 1, 1])
    let left = BarDeck(cells: [2, 2, 2], size: [1, 1, 1])
    let right = BarDeck(cells: [2, 2, 2], size: [1, 1, 1], origin: [1, 0, 0], offset: 100)
    func step(_ tip: Int) -> String {
      "*STEP\n*STATIC\n*CLOAD\n\(tip), 2, 1.\n\(tip), 3, 2.\n*END STEP\n"
    }
    let one = try BarDeck.solve(
      whole.mesh + BarDeck.set("FOOT", whole.nodes { $0.x == 0 }) + BarDeck.material()
        + "*BOUNDARY\nFOOT, 1, 3\n" + step(whole.node(4, 0, 0)))
    let two = try BarDeck.solve(
      left.mesh + right.mesh + BarDeck.set("FOOT", left.nodes { $0.x == 0 }) + BarDeck.material()
        + BarDeck.surface("A", right.endElements(atStart: true), "S6")
        + BarDeck.surface("B", left.endElements(), "S4")
        + "*TIE, NAME=T\(option)\nA, B\n*BOUNDARY\nFOOT, 1, 3\n" + step(right.node(2, 0, 0)))
    let tip = one.frame.displacement(whole.node(4, 0, 0), one.deck)
    let other = two.frame.displacement(right.node(2, 0, 0), two.deck)
    #expect(length(tip - other) < Self.rounding * length(tip))
  }

  @Test("a tied node between others follows their shape functions, and moves onto the face")
  func tieBetweenNodes() throws {
    let master = BarDeck(cells: [1, 1, 1], size: [1, 1, 1])
    let slave = BarDeck(
      cells: [1, 1, 1], size: [1, 0.5, 0.5], origin: [1.002, 0.25, 0.25], offset: 100)
    let deck = try Decks.parse(
      master.mesh + slave.mesh + BarDeck.material() + BarDeck.surface("A", [101], "S6")
        + BarDeck.surface("B", [1], "S4") + "*TIE, NAME=T, POSITION TOLERANCE=.01\nA, B\n"
        + "*STEP\n*STATIC\n*END STEP\n")
    let index = LabelIndex(deck.mesh.nodeLabels)
    let node = try #require(index[101])
    #expect(deck.mesh.position(of: node).x == 1)
    let constraint = try #require(
      deck.steps[0].constraints.first { $0.terms[0].freedom == 3 * node })
    // At (0.25, 0.25) of the unit square: 9/16, 3/16, 3/16, 1/16.
    let weights = constraint.terms.dropFirst().map { -$0.coefficient }.sorted()
    for (weight, sixteenths) in zip(weights, [1.0, 3, 3, 9]) {
      #expect(abs(weight - sixteenths / 16) < 1e-12)
    }
  }

  @Test("a rigid body turns and shifts without deforming, and hands on force and moment")
  func rigidBody() throws {
    let (frame, deck) = try BarDeck.solve(
      Self.barDeck(
        "*RIGID BODY, NSET=END, REF NODE=1001, ROT NODE=1002\n",
        "*CLOAD\n1001, 2, 5.\n1002, 1, 3.\n*BOUNDARY\n1001, 1, 1, .01\n"))
    let shift = frame.displacement(1001, deck)
    let turn = frame.displacement(1002, deck)
    #expect(abs(shift.x - 0.01) < 1e-15)
    for place in [SIMD3(3, 0, 0), SIMD3(3, 2, 1), SIMD3(3, 1, 2)] {
      let arm = Self.bar.position(place) - SIMD3(3.5, 0.3, 0.2)
      let own = frame.displacement(Self.bar.node(place.x, place.y, place.z), deck)
      #expect(length(own - shift - cross(turn, arm)) < Self.rounding * length(own))
    }
    #expect(abs(frame.force(1001, deck).y - 5) < 1e-9)
    #expect(length(frame.force(1002, deck) - [3, 0, 0]) < 1e-9)
    let foot = Self.foot.reduce(SIMD3<Double>()) { $0 + frame.force($1, deck) }
    #expect(length(foot + [frame.force(1001, deck).x, 5, 0]) < 1e-9)
  }

  @Test("a kinematic coupling in cylindrical axes holds only the directions that are named")
  func kinematic() throws {
    let (frame, deck) = try BarDeck.solve(
      Self.barDeck(
        "*ORIENTATION, NAME=OR, SYSTEM=CYLINDRICAL\n0., .5, .5, 1., .5, .5\n"
          + "*NODE\n2001, 3., .5, .5\n"
          + "*COUPLING, REF NODE=2001, SURFACE=FACE, ORIENTATION=OR, CONSTRAINT NAME=C\n"
          + "*KINEMATIC\n2\n",
        "*BOUNDARY\n2001, 1, 3\n2001, 4, 4, .02\n2001, 5, 6\n"
          + "*CLOAD\n\(Self.bar.node(3, 2, 2)), 1, 1.\n"))
    let corner = frame.displacement(Self.bar.node(3, 2, 2), deck)
    // Half a diagonal turns by 0.02.
    let tangent = SIMD3(0, -1, 1) / 2.0.squareRoot()
    #expect(abs(dot(corner, tangent) - 0.02 * 0.5.squareRoot()) < 1e-12)
    #expect(abs(corner.x) > 1e-6)
  }

  @Test("a distributed force and moment have the resultants that were given")
  func distribution() {
    let nodes: [(node: Int, position: SIMD3<Double>, area: Double)] = [
      (0, [0, 0, 1], 1), (1, [2, 0, 1.5], 2), (2, [2, 1, 1], 0.5), (3, [0, 1.5, 0.5], 1.5),
    ]
    let reference = SIMD3(0.3, 0.2, 3)
    let distribution = ForceDistribution(
      areas: nodes, reference: reference, centre: nil, system: nil, directions: Set(1...6))
    for direction in 1...6 {
      var (force, moment) = (SIMD3<Double>(), SIMD3<Double>())
      for (freedom, factor) in distribution.shares(direction) {
        var push = SIMD3<Double>()
        push[freedom % 3] = factor
        force += push
        moment += cross(nodes[freedom / 3].position - reference, push)
      }
      var expected = [Double](repeating: 0, count: 6)
      expected[direction - 1] = 1
      for i in 0..<3 {
        #expect(abs(force[i] - expected[i]) < 1e-12)
        #expect(abs(moment[i] - expected[3 + i]) < 1e-12)
      }
    }
  }

  @Test("a mean rotation is that of a rigid turn, whatever the shift")
  func meanRotation() throws {
    let axis = SIMD3(1.0, 2, -1)
    let turn = axis / length(axis)
    // The node in the middle has no rotation of its own.
    let cloud = Self.bar.nodes { $0.x == 3 && ($0.y != 1 || $0.z != 1) }
    let triples = cloud.flatMap { ["\($0)", "\($0)", "\($0)"] }
    let lines = stride(from: 0, to: triples.count, by: 9)
      .map { triples[$0..<min($0 + 9, triples.count)].joined(separator: ", ") }
    let deck = try Decks.parse(
      Self.barDeck(
        "*NODE\n3001, 1., 2., -1.\n*MPC\nMEANROT, " + lines.joined(separator: ",\n") + ", 3001\n",
        ""))
    let constraint = try #require(deck.steps[0].constraints.first)
    var sum = 0.0
    for term in constraint.terms.dropLast() {
      let place = deck.mesh.position(of: term.freedom / 3)
      let moved = SIMD3(0.1, -0.4, 0.2) + 0.03 * cross(turn, place)
      sum += term.coefficient * moved[term.freedom % 3]
    }
    let last = try #require(constraint.terms.last)
    #expect(abs(sum / -last.coefficient - 0.03) < 1e-12)
  }

  @Test(
    "a geometric relation holds for small rigid motions",
    arguments: ["PLANE, 1, 4, 9, 12", "STRAIGHT, 1, 4, 2, 3", "BEAM, 1, 36"])
  func geometric(_ line: String) throws {
    let deck = try Decks.parse(Self.barDeck("*MPC\n\(line)\n", ""))
    let constraints = deck.steps[0].constraints
    #expect(!constraints.isEmpty)
    for constraint in constraints {
      var sum = 0.0
      for term in constraint.terms {
        let place = deck.mesh.position(of: term.freedom / 3)
        let moved = SIMD3(0.1, -0.4, 0.2) + cross([0.3, -0.2, 0.5], place)
        sum += term.coefficient * moved[term.freedom % 3]
      }
      #expect(abs(sum) < 1e-12)
    }
  }

  @Test(
    "a taut rope keeps its length or gives up its excess, a slack one does nothing",
    arguments: [(1.0, 1), (0.99, 1), (1.01, 0)])
  func rope(limit: Double, count: Int) throws {
    let node = Self.bar.node(3, 0, 0)
    // The rope's other end is one unit beyond the bar's corner.
    let solved = try BarDeck.solve(
      Self.barDeck(
        "*NODE\n3000, 4., 0., 0.\n3001, \(limit), 0., 0.\n"
          + "*MPC\nDIST, \(node), \(node), \(node), 3000, 3000, 3000, 3001\n",
        "*BOUNDARY\n3000, 1, 3\n3001, 1, 1, 0.\n*CLOAD\n\(node), 1, -4.\n"))
    #expect(solved.deck.steps[0].constraints.count == count)
    let moved = solved.frame.displacement(node, solved.deck).x
    if count == 1 {
      #expect(abs(moved - (1 - limit)) < 1e-12)
    } else {
      #expect(moved < -1e-3)
      #expect(solved.deck.notices.contains { $0.description.contains("slack") })
    }
  }

  @Test("local axes turn prescribed displacements, forces and printed vectors")
  func transform() throws {
    let corner = Self.bar.node(3, 2, 2)
    let deck = try Decks.parse(
      Self.barDeck(
        "*NSET, NSET=C\n\(corner),\n*TRANSFORM, NSET=C, TYPE=C\n0., .5, .5, 1., .5, .5\n",
        "*BOUNDARY\n\(corner), 1, 1, .02\n*CLOAD\n\(corner), 2, 7.\n*NODE PRINT, NSET=C\nU, RF\n"))
    let frame = try Bodies.solve(deck)
    let radial = SIMD3(0, 1, 1) / 2.0.squareRoot()
    let tangent = SIMD3(0, -1, 1) / 2.0.squareRoot()
    #expect(abs(dot(frame.displacement(corner, deck), radial) - 0.02) < 1e-12)
    #expect(abs(dot(frame.force(corner, deck), tangent) - 7) < 1e-9)
    let rows = try Decks.solve(deck).dat.split(separator: "\n").filter { $0.hasSuffix(" L") }
    #expect(rows.count == 2)
    #expect(rows.first?.contains(" 2.000000E-02 ") == true)
    #expect(rows.last?.contains(" 7.000000E+00 ") == true)
  }

  @Test("a pre-tension closes a cut against the stiffness of the bar")
  func preTension() throws {
    let bar = BarDeck(cells: [4, 1, 1], size: [4, 1, 1])
    func deck(_ step: String) -> String {
      bar.mesh + "*NODE\n500, 0., 0., 0.\n"
        + BarDeck.set("FIX", bar.nodes { $0.x == 0 || $0.x == 4 })
        + BarDeck.surface("CUT", [2], "S4") + BarDeck.material(poisson: 0)
        + "*PRE-TENSION SECTION, SURFACE=CUT, NODE=500\n1., 0., 0.\n*BOUNDARY\nFIX, 1, 3\n"
        + "*STEP\n*STATIC\n" + step + "*END STEP\n"
    }
    // E A / L = 250: a distance of 0.02 costs a force of 5.
    let given = try BarDeck.solve(deck("*BOUNDARY\n500, 1, 1, .02\n"))
    #expect(abs(given.frame.force(500, given.deck).x - 5) < 1e-9)
    let loaded = try BarDeck.solve(deck("*CLOAD\n500, 1, 5.\n"))
    #expect(abs(loaded.frame.displacement(500, loaded.deck).x - 0.02) < 1e-12)
    let stress = loaded.frame.fields.stress
    for point in stride(from: 0, to: stress.count, by: 6) {
      #expect(abs(stress[point] - 5) < 1e-9)
    }
  }

  @Test("a sector with tied sides is the whole ring")
  func sector() throws {
    func solve(sectors: Int) throws -> [SIMD3<Double>] {
      // Three cells along the quarter: nodes of ring i at angle 30 i degrees.
      let rings = 3 * sectors + (sectors == 1 ? 1 : 0)
      var text = "*NODE\n"
      for ring in 0..<rings {
        let (cosine, sine) = cosineAndSine(degrees: 30 * Double(ring))
        for (k, place) in [(1.0, 0.0), (1, 1), (2, 1), (2, 0)].enumerated() {
          text += "\(4 * ring + k + 1), \(place.0 * cosine), \(place.0 * sine), \(place.1)\n"
        }
      }
      text += "*ELEMENT, TYPE=C3D8, ELSET=EALL\n"
      for cell in 0..<(3 * sectors) {
        let nodes = [cell, (cell + 1) % rings].flatMap { ring in (1...4).map { 4 * ring + $0 } }
        text += "\(cell + 1), " + nodes.map(String.init).joined(separator: ", ") + "\n"
      }
      text += BarDeck.material()
      text += BarDeck.set("HELD", (0..<sectors).map { 12 * $0 + 1 })
      text += BarDeck.set("PULLED", (0..<sectors).map { 12 * $0 + 7 })
      text += BarDeck.set("ALL", Array(1...(4 * rings)))
      text += "*TRANSFORM, NSET=ALL, TYPE=C\n0., 0., 0., 0., 0., 1.\n"
      if sectors == 1 {
        text +=
          "*SURFACE, NAME=L, TYPE=NODE\n13\n14\n15\n16\n*SURFACE, NAME=R, TYPE=NODE\n1\n2\n3\n4\n"
        text += "*TIE, NAME=T, CYCLIC SYMMETRY\nL, R\n"
        text += "*CYCLIC SYMMETRY MODEL, N=4, NGRAPH=1\n0., 0., 0., 0., 0., 1.\n"
      }
      text += "*BOUNDARY\nHELD, 2, 3\n*STEP\n*STATIC\n*CLOAD\nPULLED, 1, 3.\nPULLED, 2, 1.\n"
      text += "*DLOAD\nEALL, CENTRIF, 20., 0., 0., 0., 0., 0., 1.\n*END STEP\n"
      let (frame, deck) = try BarDeck.solve(text)
      return (1...12).map { frame.displacement($0, deck) }
    }
    let (one, all) = (try solve(sectors: 1), try solve(sectors: 4))
    let size = all.map(length).max() ?? 0
    #expect(size > 1e-3)
    for (left, right) in zip(one, all) { #expect(length(left - right) < Self.rounding * size) }
  }

  @Test("equations of sets hold, and end where a later step removes them")
  func equations() throws {
    let others = Array(Self.end.dropFirst())
    let text =
      Self.barDeck(
        BarDeck.set("OTHERS", others) + "*EQUATION\n2\nOTHERS, 2, 1., \(Self.end[0]), 2, -1.\n",
        "*CLOAD\n\(Self.end[4]), 2, 3.\n")
      + "*STEP\n*STATIC\n*EQUATION, REMOVE\nOTHERS, 2\n*END STEP\n"
    let deck = try Decks.parse(text)
    var solver = LinearStatic(deck: deck, SolverSettings(threads: 1))
    let tied = try solver.solve(deck.steps[0])
    let first = tied.displacement(Self.end[0], deck).y
    for node in others { #expect(abs(tied.displacement(node, deck).y - first) < 1e-12) }
    let free = try solver.solve(deck.steps[1])
    let plain = try BarDeck.solve(Self.barDeck("", "*CLOAD\n\(Self.end[4]), 2, 3.\n"))
    for node in Self.end {
      let difference =
        free.displacement(node, deck) - plain.frame.displacement(node, plain.deck)
      #expect(length(difference) < 1e-12)
    }
  }

  @Test("the node of a distributing coupling moves with the weighted mean")
  func distributingCoupling() throws {
    let (frame, deck) = try BarDeck.solve(
      Self.barDeck(
        "*ELEMENT, TYPE=DCOUP3D, ELSET=EC\n900, 1001\n*DISTRIBUTING COUPLING, ELSET=EC\nEND, 2.\n",
        "*CLOAD\n1001, 2, 9.\n"))
    let mean =
      Self.end.reduce(SIMD3<Double>()) { $0 + frame.displacement($1, deck) }
      / Double(Self.end.count)
    #expect(length(mean - frame.displacement(1001, deck)) < 1e-12)
    for node in Self.end { #expect(abs(frame.force(node, deck).y - 1) < 1e-9) }
  }
}
