import Glibc
import Testing

@testable import FiniteElements

/// Harmonic and periodic loads.
@Suite("harmonic response") struct HarmonicTests {
  @Test("frequencies contain the ends and the natural frequencies, and crowd near them")
  func points() {
    var request = SteadyStateRequest()
    request.lowest = 10
    request.highest = 40
    request.pointCount = 5
    request.bias = 3
    let points = request.points(natural: [20, 90].map { 2 * .pi * $0 }).map { $0 / (2 * .pi) }
    #expect(points.count == 9)
    #expect(
      abs(points[0] - 10) < 1e-12 && abs(points[4] - 20) < 1e-12 && abs(points[8] - 40) < 1e-12)
    // Half way between the middle and the end the bias 3 puts the cube root of one half.
    #expect(abs(points[2] - 15) < 1e-12)
    #expect(abs(points[3] - (15 + 5 * cbrt(0.5))) < 1e-12)
    #expect(abs(points[5] - (30 - 10 * cbrt(0.5))) < 1e-12)
  }

  @Test("one frequency is enough when the range has no width")
  func point() {
    var request = SteadyStateRequest()
    request.lowest = 7
    request.highest = 7
    #expect(request.points(natural: [1, 2]) == [2 * .pi * 7])
  }

  @Test("the terms of a series give the values back")
  func series() {
    let values = [1.0, 0.3, -2, 5, 0.7, 0, 1]
    for (place, value) in values.enumerated() {
      let sum = values.indices.reduce(0.0) { sum, index in
        let term = FourierTerm(index, values.count)
        let angle = 2 * .pi * Double(term.order * place) / Double(values.count)
        return sum + term.coefficient(values) * cos(angle + term.phase)
      }
      #expect(abs(sum - value) < 1e-12)
    }
  }

  @Test(
    "size and phase of a response",
    arguments: [
      (3.0, 4.0, 5.0, 53.130_102_354_155_98), (-1, 0, 1, 180), (0, -2, 2, -90), (0, 0, 0, 0),
    ])
  func phases(_ real: Double, _ imaginary: Double, _ size: Double, _ degrees: Double) {
    let value = HarmonicValue(real, imaginary)
    #expect(abs(value.size - size) < 1e-12)
    #expect(abs(value.degrees - degrees) < 1e-12)
  }

  @Test("an imaginary part is marked by the eighth letter of its name at the latest")
  func names() throws {
    let deck = try Decks.parse(
      Decks.cube(
        """
        *FREQUENCY
        3
        *END STEP
        *STEP
        *STEADY STATE DYNAMICS
        100., 200., 2
        *CLOAD
        7, 1, 1.
        *NODE FILE
        U
        *EL FILE
        E, NOE
        """
      ).replacing("*STATIC\n", with: ""))
    let frd = try Decks.solve(deck).frd
    for name in ["DISP    ", "DISPI   ", "TOSTRAIN", "TOSTRAII"] {
      #expect(frd.contains("\n -4  \(name) "))
    }
  }

  @Test("a damped oscillator follows its transfer function", arguments: [0.2, 0.95, 1, 1.3, 4])
  func transfer(_ share: Double) throws {
    let oscillator = Oscillator(stiffness: 50, mass: 2, damping: 0)
    let natural = oscillator.omega
    let omega = share * natural
    var step = oscillator.step(.steadyState(.single(omega)))
    step.forces = [PointLoad(freedom: oscillator.freedom, value: 3)]
    step.modalDamping = .ratios([0: 0.07])
    let (real, imaginary) = try oscillator.harmonic(step)
    // 3 / (k - m ω² + i 2 ζ m ω₀ ω)
    let (a, b) = (50 - 2 * omega * omega, 2 * 0.07 * 2 * natural * omega)
    #expect(abs(real - 3 * a / (a * a + b * b)) < 1e-10)
    #expect(abs(imaginary + 3 * b / (a * a + b * b)) < 1e-10)
  }

  @Test("without damping, what nothing excites stays at rest at its own frequency")
  func silentResonance() throws {
    let deck = try Decks.parse(
      Decks.cube(
        """
        *FREQUENCY, STORAGE=YES
        3
        *END STEP
        *STEP
        *STEADY STATE DYNAMICS
        100., 1.E7, 3, 2.
        *NODE PRINT, NSET=NALL
        U
        """
      ).replacing("*STATIC\n", with: ""))
    #expect(!(try Decks.solve(deck).dat.contains("NaN")))
  }

  @Test("a dashpot damps in proportion to the frequency")
  func dashpot() throws {
    let oscillator = Oscillator(stiffness: 50, mass: 2, damping: 1.5)
    var step = oscillator.step(.steadyState(.single(4)))
    step.forces = [PointLoad(freedom: oscillator.freedom, value: 3, isImaginary: true)]
    let (real, imaginary) = try oscillator.harmonic(step)
    let (a, b) = (50.0 - 2 * 16, 1.5 * 4)
    // An imaginary load turns the response by 90 degrees.
    #expect(abs(real - 3 * b / (a * a + b * b)) < 1e-10)
    #expect(abs(imaginary - 3 * a / (a * a + b * b)) < 1e-10)
  }

  @Test("a support that moves shakes the mass, damping acting on its absolute velocity")
  func support() throws {
    let oscillator = Oscillator(stiffness: 50, mass: 2, damping: 0)
    let omega = 7.0
    var step = oscillator.step(.steadyState(.single(omega)))
    step.prescribed[oscillator.ground] = .value(0.1)
    step.modalDamping = .ratios([0: 0.1])
    let (real, imaginary) = try oscillator.harmonic(step)
    let (a, b) = (50 - 2 * omega * omega, 2 * 0.1 * 2 * oscillator.omega * omega)
    #expect(abs(real - 0.1 * 50 * a / (a * a + b * b)) < 1e-10)
    #expect(abs(imaginary + 0.1 * 50 * b / (a * a + b * b)) < 1e-10)
  }

  @Test("an accelerated support is one that moves by minus the acceleration over omega squared")
  func acceleration() throws {
    let oscillator = Oscillator(stiffness: 50, mass: 2, damping: 0)
    var moved = oscillator.step(.steadyState(.single(3)))
    moved.prescribed[oscillator.ground] = .value(0.1)
    var accelerated = moved
    accelerated.prescribed[oscillator.ground] = .value(-0.9)
    accelerated.acceleratedFreedoms = [oscillator.ground]
    let (first, second) = (try oscillator.harmonic(moved), try oscillator.harmonic(accelerated))
    #expect(abs(first.real - second.real) < 1e-12)
  }
}

extension SteadyStateRequest {
  /// A response at one circular frequency.
  static func single(_ omega: Double) -> SteadyStateRequest {
    var request = SteadyStateRequest()
    request.lowest = omega / (2 * .pi)
    request.highest = request.lowest
    return request
  }
}

/// A mass on a spring and a dashpot that hang on a held node, beside a held brick.
struct Oscillator {
  let stiffness: Double
  let mass: Double
  let damping: Double
  private let mesh: Mesh
  /// Where the mass moves, and where the spring is held.
  let freedom: Int
  let ground: Int

  init(stiffness: Double, mass: Double, damping: Double) {
    self.stiffness = stiffness
    self.mass = mass
    self.damping = damping
    let brick = Bodies.brick(.c3d8, cells: [1, 1, 1], size: [1, 1, 1])
    let count = brick.nodeCount
    mesh = Mesh(
      nodeLabels: brick.nodeLabels + [count + 1, count + 2],
      coordinates: brick.coordinates + [2, 0, 0, 3, 0, 0], elementLabels: brick.elementLabels,
      elementKinds: brick.elementKinds, connectivity: brick.connectivity)
    ground = 3 * count
    freedom = 3 * (count + 1)
  }

  var omega: Double { (stiffness / mass).squareRoot() }

  /// A step in which all but the mass is held.
  func step(_ procedure: Procedure, number: Int = 2) -> Step {
    var step = Step(number: number, place: Place(file: "test.inp", line: number))
    step.procedure = procedure
    for freedom in 0..<(3 * mesh.nodeCount) where freedom != self.freedom {
      step.prescribed[freedom] = .value(0)
    }
    return step
  }

  private func deck(_ steps: [Step]) -> Deck {
    var deck = Bodies.deck(mesh, steps: steps)
    let pull = [stiffness, -stiffness, -stiffness, stiffness]
    let drag = damping == 0 ? [] : [damping, -damping, -damping, damping]
    deck.discretes = [
      DiscreteElement(
        label: 100, freedoms: [ground, freedom], stiffness: pull, damping: drag),
      DiscreteElement(label: 101, freedoms: [freedom], mass: [mass]),
    ]
    return deck
  }

  /// Real and imaginary part of the mass's displacement.
  func harmonic(_ step: Step) throws -> (real: Double, imaginary: Double) {
    let modes = self.step(.frequency(FrequencyRequest(count: 1)), number: 1)
    let deck = deck([modes, step])
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.run(modes)
    let model = try analysis.modalModel(step)
    let loads = try HarmonicLoads(deck, step, model, analysis.state)
    guard case .steadyState(let request) = step.procedure else { return (0, 0) }
    let omega = request.points(natural: [])[0]
    let term = try loads.term(omega)
    let amplitudes = try HarmonicModes(deck, model).amplitudes(omega, term.forces)
    let real = loads.expand(
      amplitudes.real, still: term.still.real, prescribed: term.prescribed.real)
    let imaginary = loads.expand(
      amplitudes.imaginary, still: term.still.imaginary, prescribed: term.prescribed.imaginary)
    return (real[freedom], imaginary[freedom])
  }

  /// Displacement and velocity of the mass at the end of steps.
  func run(
    _ steps: [Step], displacement: Double = 0, velocity: Double = 0
  ) throws -> (displacement: Double, velocity: Double) {
    var deck = deck(steps)
    deck.initialDisplacements[freedom] = displacement
    deck.initialVelocities[freedom] = velocity
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    for step in steps { try analysis.run(step) }
    return (analysis.state.displacements[freedom], analysis.state.velocities[freedom])
  }
}
