import Testing

@testable import FiniteElements

/// Cards of temperatures and heat.
@Suite("heat cards") struct HeatDeckTests {
  private static let constants = """
    *ELASTIC
    200000., .3, 0.
    100000., .3, 1000.
    *DENSITY
    7.8e-9
    *CONDUCTIVITY, TYPE=ORTHO
    50., 40., 30., 0.
    25., 20., 15., 500.
    *SPECIFIC HEAT
    4.5e8
    *EXPANSION, TYPE=ANISO, ZERO=20.
    1e-5, 2e-5, 3e-5, 4e-6, 5e-6, 6e-6
    """

  private static func deck(_ step: String) throws -> Deck {
    let text = Decks.cube(step, material: constants)
      .replacing("*STATIC\n", with: "")
      .replacing(
        "*STEP",
        with: """
          *INITIAL CONDITIONS, TYPE=TEMPERATURE
          NALL, 20.
          *PHYSICAL CONSTANTS, ABSOLUTE ZERO=-273.15, STEFAN BOLTZMANN=5.67e-8
          *AMPLITUDE, NAME=UP
          0., 0., 1., 2.
          *STEP
          """)
    return try Decks.parse(text)
  }

  @Test("constants are interpolated between their temperatures and constant outside")
  func constants() throws {
    let material = try Self.deck("*HEAT TRANSFER").materials[0]
    #expect(material.conductivity?.components(at: -10) == [50, 40, 30, 0, 0, 0])
    #expect(material.conductivity?.components(at: 250) == [37.5, 30, 22.5, 0, 0, 0])
    #expect(material.conductivity?.components(at: 900) == [25, 20, 15, 0, 0, 0])
    let half = Elasticity.isotropic(young: 150_000, poisson: 0.3)
    #expect(material.elastic?.elasticity(at: 500) == half)
    #expect(material.expansion?.zero == 20)
    let strain = material.expansion?.strain(from: 20, to: 120) ?? []
    for (found, exact) in zip(strain, [1e-3, 2e-3, 3e-3, 4e-4, 5e-4, 6e-4]) {
      #expect(abs(found - exact) < 1e-15)
    }
  }

  @Test("the summary tells the highest temperature and where it is, also below zero")
  func peak() throws {
    let deck = try Self.deck(
      """
      *HEAT TRANSFER, STEADY STATE
      *BOUNDARY
      FOOT, 11, 11, -40.
      5, 11, 11, -30.
      """)
    let summary = try Decks.solve(deck).3
    #expect(summary.temperature?.node == 5)
    #expect(abs((summary.temperature?.value ?? 0) + 30) < 1e-12)
  }

  @Test("a heat step prints zeros for displacements, forces and stresses")
  func mechanicsOfHeat() throws {
    let deck = try Self.deck(
      """
      *HEAT TRANSFER, STEADY STATE
      *BOUNDARY
      FOOT, 11, 11, 100.
      *NODE PRINT, NSET=NALL, TOTALS=YES
      U, RF
      *EL PRINT, ELSET=EALL, TOTALS=YES
      S, E, ME, ENER, ELSE
      """)
    let result = try Decks.solve(deck)
    for title in ["displacements", "total force", "stresses", "mechanical strains", "energy"] {
      #expect(result.dat.contains(title))
    }
    let rows = result.dat.split(separator: "\n").filter {
      $0.contains("E+00") && !$0.contains("time")
    }
    #expect(rows.count > 8)
    for row in rows {
      #expect(
        row.split(separator: " ").filter { $0.contains("E") }.allSatisfy { $0 == "0.000000E+00" })
    }
    #expect(!result.frd.contains("STRESS"))
  }

  @Test("heat loads name faces, volumes, sinks and nodes; the same load twice is replaced")
  func loads() throws {
    let deck = try Self.deck(
      """
      *HEAT TRANSFER, STEADY STATE, DELTMX=5.
      .25, 2., 1e-3, .5
      *BOUNDARY
      FOOT, 11, 11, 100.
      *DFLUX
      EALL, BF, 3.
      1, S2, 4.
      *DFLUX
      1, S2, 5.
      *FILM, AMPLITUDE=UP
      1, F3, 30., 8.
      1, F4FC, 5, 9.
      *RADIATE, RADIATION AMPLITUDE=UP
      1, R5, 40., .7
      *CFLUX
      6, 11, 2.
      6, 11, 3.
      """)
    let step = deck.steps[0]
    guard case .heatTransfer(let request) = step.procedure else {
      Issue.record("no heat transfer")
      return
    }
    #expect(request.isSteady)
    #expect(request.largestChange == 5)
    #expect(
      request.increments == TimeIncrements(initial: 0.25, minimum: 1e-3, maximum: 0.5))
    #expect(step.period == 2)
    #expect(step.prescribedTemperatures.count == 4)
    #expect(step.heatLoads.map(\.magnitude) == [3, 5, 8, 9, 0.7])
    #expect(step.heatLoads.map(\.place) == [.body, .face(1), .face(2), .face(3), .face(4)])
    #expect(step.heatLoads[3].kind == .film(HeatLoad.Sink(temperature: 0, node: 4)))
    #expect(step.heatFlows.map(\.value) == [2, 3])
    #expect(deck.initialTemperatures[7] == 20)
  }

  @Test("a load with an amplitude keeps its last value in later steps")
  func amplitudes() throws {
    let deck = try Self.deck(
      """
      *HEAT TRANSFER, STEADY STATE
      *BOUNDARY, AMPLITUDE=UP
      FOOT, 11, 11, 100.
      *FILM, AMPLITUDE=UP
      1, F2, 30., 8.
      *END STEP
      *STEP
      *HEAT TRANSFER, STEADY STATE
      """)
    let later = deck.steps[1]
    #expect(later.prescribedTemperatures[0] == .value(200))
    #expect(later.heatLoads[0].kind == .film(HeatLoad.Sink(temperature: 60)))
  }

  @Test("heat steps say what a material lacks")
  func lacking() {
    let text = Decks.cube("").replacing("*STATIC", with: "*HEAT TRANSFER\n1., 1.")
    #expect(
      Decks.problems(text) == """
        cube.inp:24: material STEEL has no heat conductivity
          fix: add *CONDUCTIVITY to it
        """)
  }

  @Test("cavity radiation is refused with its line")
  func cavity() {
    let text = Decks.cube("*RADIATE\n1, R1CR, , 1.", material: Self.constants)
      .replacing("*STATIC", with: "*HEAT TRANSFER")
    #expect(
      Decks.problems(text) == """
        cube.inp:35: *RADIATE: label 'R1CR' is not supported
          fix: give the sink temperature and the coefficient on the line
        """)
  }

  @Test("increments grow by half after the second, shrink when many iterations were needed")
  func increments() {
    var control = IncrementControl(TimeIncrements(initial: 0.01), period: 1)
    var lengths: [Double] = []
    for iterations in [2, 2, 2, 5, 2, 11, 2] {
      lengths.append(control.next)
      control.accept(iterations: iterations)
    }
    let exact = [0.01, 0.01, 0.015, 0.0225, 0.0225, 0.0225, 0.016875]
    for (found, length) in zip(lengths, exact) { #expect(abs(found - length) < 1e-15) }
    let mayRetry = control.retry(factor: 0.5)
    #expect(mayRetry)
    #expect(!control.isFinished)
  }

  @Test("a temperature-displacement step expands the body by the temperature it finds")
  func coupled() throws {
    let deck = try Self.deck(
      """
      *UNCOUPLED TEMPERATURE-DISPLACEMENT, STEADY STATE
      1., 1.
      *BOUNDARY
      NALL, 11, 11, 120.
      *NODE PRINT, NSET=NALL
      U, NT, RFL
      *EL PRINT, ELSET=EALL
      S, HFL
      """)
    let dat = try Decks.solve(deck).dat
    for title in ["displacements", "temperatures", "heat generation", "stresses", "heat flux"] {
      #expect(dat.contains(" \(title)"))
    }
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.run(deck.steps[0])
    // The foot is held, so the cube bulges above it and rises by more than alpha dT.
    #expect(analysis.state.displacements[3 * 6 + 2] > 3e-3)
    _ = try analysis.finish()
  }

  /// A ring between the radii 1 and 2, 100 degrees inside and 0 outside, a single element.
  @Test("heat flux through a ring of CAX8R is printed alike for both layers of points")
  func ringFlux() throws {
    let deck = try Decks.parse(
      """
      *NODE, NSET=NALL
      1, 1., 0.
      2, 2., 0.
      3, 2., 1.
      4, 1., 1.
      5, 1.5, 0.
      6, 2., 0.5
      7, 1.5, 1.
      8, 1., 0.5
      *ELEMENT, TYPE=CAX8R, ELSET=EALL
      1, 1, 2, 3, 4, 5, 6, 7, 8
      *MATERIAL, NAME=EL
      *CONDUCTIVITY
      50.
      *ELASTIC
      1., 0.
      *SOLID SECTION, ELSET=EALL, MATERIAL=EL
      *STEP
      *HEAT TRANSFER, STEADY STATE
      *BOUNDARY
      1, 11, 11, 100.
      4, 11, 11, 100.
      8, 11, 11, 100.
      2, 11, 11, 0.
      3, 11, 11, 0.
      6, 11, 11, 0.
      *EL PRINT, ELSET=EALL
      HFL
      *END STEP

      """)
    let rows = try Decks.solve(deck).dat.split(separator: "\n").suffix(8).map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    for point in 0..<4 {
      #expect(rows[point].dropFirst(2) == rows[point + 4].dropFirst(2))
      // k dT / (r ln 2), coarsely: the mean over the element is 100 k ln 2 / ln 2.
      #expect(rows[point][2] > 3000 && rows[point][2] < 8000)
    }
  }
}
