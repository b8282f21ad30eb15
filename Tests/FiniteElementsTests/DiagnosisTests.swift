import Testing

@testable import FiniteElements

/// Models without a solution, and models whose solution rounding has eaten, are told apart and in words.
@Suite("diagnosis of models") struct DiagnosisTests {
  /// A strip of shells that is clamped at its start and loaded at its end; `model` goes before the step.
  static func strip(
    thickness: Double, type: String = "S8R", boundary: String = "1, 6", model: String = "",
    step: String = ""
  ) throws -> Deck {
    let strip = StructureDecks.strip(type == "S6" ? 6 : 8, count: 12, length: 60, width: 10)
    return try StructureDecks.deck(
      nodes: strip.nodes, type: type, elements: strip.elements,
      section: "*SHELL SECTION, ELSET=EALL, MATERIAL=EL\n\(thickness)\n\(model)",
      boundary: strip.ends.start.map { "\($0), \(boundary)" }.joined(separator: "\n"),
      step: "*CLOAD\n\(strip.ends.end[1]), 3, 1.\n\(step)", poisson: 0.3)
  }

  private static func error(_ deck: Deck) -> AnalysisError? {
    do throws(AnalysisError) {
      _ = try deck.solve(SolverSettings(threads: 1), outputs: SolveOutputs())
      return nil
    } catch {
      return error
    }
  }

  @Test("a shell that can move is told by a node of the deck, not by one of its solids")
  func shell() throws {
    let error = Self.error(try Self.strip(thickness: 1, boundary: "1, 3"))
    #expect(error == .singular([FreeMotion(node: 1, motion: "by turning about y")]))
  }

  /// One row of C3D20R, to whose mechanism rounding may leave a positive pivot.
  @Test(
    "a mechanism that the loads do not cause is a notice in every system of units",
    arguments: [1e-8, 1e-3, 1, 1e3, 1e7])
  func units(_ unit: Double) throws {
    let mesh = Bodies.brick(.c3d20r, cells: [4, 1, 1], size: unit * SIMD3(10, 1, 1))
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
    step.forces.append(PointLoad(freedom: 3 * mesh.nodeCount - 1, value: 1))
    let law = Elasticity.isotropic(young: 2e5 / unit, poisson: 0.3)
    let deck = Bodies.deck(mesh, law, steps: [step])
    let summary = try deck.solve(SolverSettings(threads: 1), outputs: SolveOutputs())
    #expect(summary.solution.freeMotion != nil)
    #expect(summary.solution.notices[0].hasPrefix("the model can deform freely near node "))
  }

  /// Whatever sign rounding gives the pivot of its free motion; CalculiX solves it as well.
  @Test("a strip of S8R one element wide bends by the cube of its thickness, with a notice")
  func freeStrip() throws {
    let displacements = try [1.0, 0.1].map { thickness in
      let summary = try Decks.solve(try Self.strip(thickness: thickness)).3
      #expect(summary.solution.freeMotion != nil)
      return try #require(summary.displacement).value
    }
    #expect(abs(displacements[1] / displacements[0] / 1000 - 1) < 0.01)
  }

  @Test("bodies that share an edge only turn about it, which is said where they move most")
  func hinge() throws {
    var builder = MeshBuilder()
    let cube = Hex8.nodes.map { ($0 + 1) / 2 }
    builder.add(.c3d8, hexahedron: cube)
    builder.add(.c3d8, hexahedron: cube.map { $0 + [1, 0, 1] })
    let mesh = builder.mesh
    var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).z == 0 }) { _ in [0, 0, 0] }
    let top = try #require((0..<mesh.nodeCount).first { mesh.position(of: $0).z == 2 })
    step.forces.append(PointLoad(freedom: 3 * top, value: 1))
    guard case .mechanism(let motion, false)? = Self.error(Bodies.deck(mesh, steps: [step])) else {
      Issue.record("no mechanism was found")
      return
    }
    let node = try #require(mesh.nodeLabels.firstIndex(of: motion.node))
    let arm = mesh.position(of: node) - [1, 0, 1]
    #expect(max(arm.x, arm.z) == 1)
    #expect(["in direction x", "in direction z"].contains(motion.motion))
  }

  @Test("a shell too thin for double precision is no mechanism, and supports would not help")
  func tooThin() throws {
    let error = try #require(Self.error(try Self.strip(thickness: 1e-4)))
    guard case .illConditioned = error else {
      Issue.record("\(error)")
      return
    }
    #expect(
      error.description.hasPrefix("the processor's numbers have too few digits for this model"))
    #expect(error.fix?.hasPrefix("use thicker or shorter elements there") == true)
  }

  @Test("displacements are corrected in heated bodies as well")
  func heated() throws {
    let model = "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nNALL, 0."
    let cold = try Decks.solve(try Self.strip(thickness: 0.1, type: "S6")).3
    let heated = try Decks.solve(
      try Self.strip(thickness: 0.1, type: "S6", model: model, step: "*TEMPERATURE\nNALL, 10.")
    ).3
    let (one, other) = (try #require(cold.displacement), try #require(heated.displacement))
    // Nothing expands, so that the temperature changes nothing.
    #expect(abs(other.value / one.value - 1) < 1e-7)
    #expect(heated.solution.correction != nil)
  }

  @Test("a model that cannot buckle because it can move says so")
  func buckling() throws {
    let deck = try Decks.parse(
      Decks.cube("*CLOAD\n5, 3, -1.").replacing("*STATIC\n", with: "*BUCKLE\n1\n")
        .replacing("FOOT, 1, 3", with: "FOOT, 3"))
    #expect(
      Self.error(deck)
        == .singular([FreeMotion(node: 1, motion: "in directions x and y and by turning about z")]))
  }

  @Test("what was solved and how is said in a sentence")
  func sentence() {
    var report = SolutionReport(.direct("there are few equations"))
    #expect(report.description == "solved by a factorisation: there are few equations")
    report.correction = 2.4e-5
    #expect(
      report.roundingNotice?.hasPrefix(
        "rounding may have moved the displacements by 2e-5 of the largest one") == true)
  }

  @Test(
    "elements that cannot keep their volume are named with the material", arguments: [0.3, 0.499])
  func locking(_ ratio: Double) throws {
    let deck = try Decks.parse(Decks.cube("", material: "*ELASTIC\n210000., \(ratio)"))
    let notices = deck.notices.map(\.description)
    #expect(
      notices
        == (ratio < 0.49
          ? []
          : [
            "cube.inp:17: with Poisson's ratio 0.499 elements of first order such as 1 are far too stiff; "
              + "use C3D20R, C3D10, C3D8R or C3D8I"
          ]))
  }

  @Test("a displacement that is prescribed twice in a step, differently, is noticed")
  func contradiction() throws {
    let deck = try Decks.parse(Decks.cube("*BOUNDARY\n5, 1, 1, .1\n6, 1, 1, .1\n5, 1, 1, .2"))
    #expect(
      deck.notices.map(\.description) == [
        "cube.inp:29: node 5 has another value in direction 1 already; this one holds"
      ])
    let again = try Decks.parse(Decks.cube("*BOUNDARY\n5, 1, 1, .1\n5, 1, 1, .1"))
    #expect(again.notices.isEmpty)
  }
}
