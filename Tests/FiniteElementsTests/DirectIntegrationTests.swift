import Glibc
import Testing

@testable import FiniteElements

/// Direct integration in time.
@Suite("direct integration") struct DirectIntegrationTests {
  private static let oscillator = Oscillator(stiffness: 8, mass: 2, damping: 0)

  private static func step(_ alpha: Double, _ dt: Double, to end: Double) -> Step {
    var request = DynamicRequest()
    request.alpha = alpha
    request.increments = TimeIncrements(initial: dt, isFixed: true)
    var step = oscillator.step(.dynamic(request), number: 1)
    step.period = end
    step.endTime = end
    step.incrementLimit = 100_000
    return step
  }

  @Test("free vibration converges with the square of the increment", arguments: [0, -0.05, -0.3])
  func order(_ alpha: Double) throws {
    let errors = try [0.05, 0.025].map { dt in
      let end = try Self.oscillator.run([Self.step(alpha, dt, to: 3)], displacement: 1)
      return abs(end.displacement - cos(6))
    }
    #expect(abs(log2(errors[0] / errors[1]) - 2) < 0.1)
  }

  @Test("without numerical damping the energy stays")
  func energy() throws {
    let end = try Self.oscillator.run([Self.step(0, 0.05, to: 100)], velocity: 1)
    let energy = (2 * end.velocity * end.velocity + 8 * end.displacement * end.displacement) / 2
    // It starts from rest, so that the first acceleration is exact.
    #expect(abs(energy - 1) < 1e-10)
  }

  @Test("numerical damping takes what the increments are too long for and leaves the rest")
  func damping() throws {
    func energy(_ dt: Double) throws -> Double {
      let end = try Self.oscillator.run([Self.step(-0.3, dt, to: 50 * dt)], velocity: 1)
      return (2 * end.velocity * end.velocity + 8 * end.displacement * end.displacement) / 2
    }
    #expect(try energy(10) < 1e-6)
    #expect(try energy(0.005) > 0.999)
  }

  @Test("a sudden load makes it swing about the static displacement")
  func load() throws {
    var step = Self.step(-0.05, 0.001, to: .pi / 2)
    step.forces = [PointLoad(freedom: Self.oscillator.freedom, value: 8)]
    // Half a period: twice the static displacement of 1, to second order in the increment.
    let end = try Self.oscillator.run([step])
    #expect(abs(end.displacement - 2) < 1e-5)
  }

  @Test("a load that grows in the step starts where the previous one ended")
  func ramp() throws {
    var first = Self.step(0, 0.001, to: 1)
    first.loadCourse = .ramp
    first.forces = [PointLoad(freedom: Self.oscillator.freedom, value: 8)]
    var second = Self.step(0, 0.001, to: 1)
    second.endTime = 2
    second.loadCourse = .ramp
    second.forces = [PointLoad(freedom: Self.oscillator.freedom, value: 16)]
    // q'' + 4 q = 4 t: q = t - sin(2 t) / 2.
    let end = try Self.oscillator.run([first, second])
    #expect(abs(end.displacement - (2 - sin(4) / 2)) < 1e-5)
  }

  @Test("a dashpot damps as the closed form says")
  func dashpot() throws {
    let damped = Oscillator(stiffness: 8, mass: 2, damping: 0.8)
    let end = try damped.run([Self.step(0, 0.001, to: 2)], displacement: 1)
    let exact = ModalOscillator(omega: 2, ratio: 0.1).advanced(1, 0, 2, from: 0, to: 0)
    // CalculiX starts with an acceleration that takes no note of damping; it is zero at rest.
    #expect(abs(end.displacement - exact.amplitude) < 1e-5)
  }

  @Test("a support that is moved drags the mass along")
  func support() throws {
    var step = Self.step(0, 0.001, to: 2)
    let course = TimeCourse(
      amplitude: Amplitude(
        isTotalTime: false, points: [.init(time: 0, value: 0), .init(time: 2, value: 1)]),
      delay: 0)
    step.prescribed[Self.oscillator.ground] = .value(3, course)
    // q'' + 4 q = 4 (1.5 t)
    let end = try Self.oscillator.run([step])
    #expect(abs(end.displacement - 1.5 * (2 - sin(4) / 2)) < 1e-5)
  }

  /// One element on a fixed foot, which a force (50, 0, 100) strikes at a node.
  struct Struck: Sendable, CustomTestStringConvertible {
    let kind: ElementKind
    let node: Int
    /// Where CalculiX 2.20 prints the node after increments of 1e-6 and 2e-6.
    let displacements: [SIMD3<Double>]

    var testDescription: String { kind.name }
  }

  private static let struck = [
    Struck(
      kind: .c3d4, node: 3,
      displacements: [
        [5.991456e-3, 0, 2.936997e-3], [2.283322e-3, 0, 1.562374e-3],
      ]),
    Struck(
      kind: .c3d15, node: 4,
      displacements: [
        [3.090132e-3, 1.201417e-2, 1.286691e-2], [1.027863e-2, 2.210714e-2, 7.224631e-3],
      ]),
    Struck(
      kind: .c3d20r, node: 6,
      displacements: [
        [9.021295e-3, -1.157210e-2, 5.848276e-3], [3.448860e-2, -3.628785e-2, 3.184539e-3],
      ]),
  ]

  @Test("the first increments after a sudden load are those of CalculiX", arguments: struck)
  func sudden(_ struck: Struck) throws {
    let places = struck.kind.reference.nodes
    let foot = places.map(\.z).min() ?? 0
    let mesh = Mesh(
      nodeLabels: Array(1...places.count), coordinates: places.flatMap { [$0.x, $0.y, $0.z] },
      elementLabels: [1], elementKinds: [struck.kind], connectivity: Array(places.indices))
    var request = DynamicRequest()
    request.increments = TimeIncrements(initial: 1e-6, isFixed: true)
    let held = Bodies.step(mesh, isHeld: { places[$0].z == foot }) { _ in [0, 0, 0] }
    for (count, expected) in struck.displacements.enumerated() {
      var step = Step(
        number: 1, place: held.place, procedure: .dynamic(request), prescribed: held.prescribed)
      step.period = 1e-6 * Double(count + 1)
      step.endTime = step.period
      step.forces = [
        PointLoad(freedom: 3 * struck.node, value: 50),
        PointLoad(freedom: 3 * struck.node + 2, value: 100),
      ]
      let deck = Bodies.deck(mesh, steps: [step])
      var analysis = Analysis(
        deck: deck, SolverSettings(threads: 1), observer: Observer(),
        results: ResultWriter(deck, SolveOutputs()))
      try analysis.run(step)
      for direction in 0..<3 {
        let own = analysis.state.displacements[3 * struck.node + direction]
        #expect(abs(own - expected[direction]) < 1e-8)
      }
    }
  }

  @Test("a step that needs more increments than allowed ends")
  func limit() throws {
    var step = Self.step(0, 0.1, to: 2)
    step.incrementLimit = 7
    let error = AnalysisError.tooManyIncrements(step.place, limit: 7)
    #expect(throws: error) { _ = try Self.oscillator.run([step]) }
    #expect(error.description == "test.inp:1: the step needs more than 7 increments")
    #expect(error.fix == "allow more with *STEP, INC=number")
  }

  @Test("superposing all modes gives what direct integration gives")
  func modes() throws {
    let mesh = Bodies.brick(.c3d8, cells: [3, 1, 1], size: [3, 1, 0.7])
    func step(_ number: Int, _ procedure: Procedure) -> Step {
      var step = Bodies.step(mesh, isHeld: { mesh.position(of: $0).x == 0 }) { _ in [0, 0, 0] }
      step = Step(
        number: number, place: step.place, procedure: procedure, prescribed: step.prescribed)
      step.period = 1e-5
      step.endTime = 1e-5
      step.incrementLimit = 10_000
      step.distributed = [
        DistributedLoad(
          kind: .gravity([0, 0, 1e9]), magnitude: 1, elements: Array(0..<mesh.elementCount))
      ]
      return step
    }
    func end(_ steps: [Step]) throws -> [Double] {
      let deck = Bodies.deck(mesh, steps: steps)
      var analysis = Analysis(
        deck: deck, SolverSettings(threads: 1), observer: Observer(),
        results: ResultWriter(deck, SolveOutputs()))
      for step in steps { try analysis.run(step) }
      return analysis.state.displacements
    }
    let increments = TimeIncrements(initial: 5e-9, isFixed: true)
    var direct = DynamicRequest()
    direct.alpha = 0
    direct.increments = increments
    var modal = ModalDynamicRequest()
    modal.increments = increments
    let count = 3 * mesh.nodeCount - 12 - 1
    let first = try end([step(1, .dynamic(direct))])
    let second = try end([
      step(1, .frequency(FrequencyRequest(count: count))), step(2, .modalDynamic(modal)),
    ])
    let size = first.reduce(0) { max($0, abs($1)) }
    let difference = zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
    // The increments are 1/50 of the shortest period; the stiffest mode is not computed.
    #expect(difference < 5e-3 * size)
  }

  @Test("modes without a frequency step before are an error")
  func noModes() throws {
    let step = Self.oscillator.step(.modalDynamic(ModalDynamicRequest()))
    #expect(throws: AnalysisError.noFrequencyStep(step.place)) {
      _ = try Self.oscillator.run([step])
    }
  }
}

@Suite("increments") struct IncrementTests {
  private static func ends(_ sequence: IncrementSequence) -> [Double] {
    var sequence = sequence
    var ends: [Double] = []
    while let increment = sequence.next() { ends.append(increment.end) }
    return ends
  }

  @Test("fixed increments only shorten the last one")
  func fixed() {
    let ends = Self.ends(
      IncrementSequence(TimeIncrements(initial: 0.3, isFixed: true), period: 1))
    #expect(ends.count == 4 && ends.last == 1)
    #expect(abs(ends[2] - 0.9) < 1e-12)
  }

  @Test("rounding leaves no sliver at the end")
  func sliver() {
    let ends = Self.ends(
      IncrementSequence(TimeIncrements(initial: 0.1, isFixed: true), period: 1))
    #expect(ends.count == 10 && ends.last == 1)
  }

  @Test("automatic increments grow by half after the second, up to the largest")
  func growth() {
    let ends = Self.ends(
      IncrementSequence(TimeIncrements(initial: 0.1, maximum: 0.2), period: 1))
    let expected = [0.1, 0.2, 0.35, 0.55, 0.75, 0.95, 1]
    #expect(zip(ends, expected).allSatisfy { abs($0 - $1) < 1e-12 } && ends.count == expected.count)
  }

  @Test("automatic increments end at time points without losing their size")
  func points() {
    let ends = Self.ends(
      IncrementSequence(
        TimeIncrements(initial: 0.2), period: 1, timePoints: [0.25], evenCount: 100))
    let expected = [0.2, 0.25, 0.45, 0.65, 0.85, 1]
    #expect(zip(ends, expected).allSatisfy { abs($0 - $1) < 1e-12 } && ends.count == expected.count)
  }
}
