import Glibc
import Testing

@testable import FiniteElements

/// NAFEMS forced vibration benchmarks [NAFEMS, Selected Benchmarks for Forced Vibration, R0016, tests 5H
/// and 5T]: a simply supported beam of 10 m x 2 m x 2 m under 1 MN/m, 2 % of critical damping.
///
/// The targets are those of beam theory with shear: the static deflection 0.538 mm, amplified by
/// 1 / (2 · 0.02) at resonance, and by 1 + exp(-0.02 π) half a period after a sudden load. A solid held
/// along lines is indented there, which a beam is not: 2 %.
@Suite("NAFEMS forced vibration") struct NafemsDynamicsTests {
  private static let tolerance = 0.02
  private static let modeCount = 6

  /// Node in the middle of the beam's axis, and the vibration model.
  private static func beam(_ procedure: Procedure, period: Double) -> (deck: Deck, middle: Int) {
    let mesh = Bodies.brick(.c3d20r, cells: [10, 2, 2], size: [10, 2, 2])
    func nodes(_ isWanted: (SIMD3<Double>) -> Bool) -> [Int] {
      (0..<mesh.nodeCount).filter { isWanted(mesh.position(of: $0)) }
    }
    func step(_ number: Int, _ procedure: Procedure) -> Step {
      var step = Step(number: number, place: Place(file: "test.inp", line: number))
      step.procedure = procedure
      step.modalDamping = .ratios(
        Dictionary(uniqueKeysWithValues: (0..<modeCount).map { ($0, 0.02) }))
      step.period = period
      step.endTime = period
      step.incrementLimit = 1000
      for node in nodes({ ($0.x == 0 || $0.x == 10) && $0.z == 1 }) {
        step.prescribed[3 * node + 2] = .value(0)
      }
      // The beam moves in its plane only.
      for node in nodes({ $0.y == 1 }) { step.prescribed[3 * node + 1] = .value(0) }
      for node in nodes({ $0.x == 0 && $0.z == 1 }) { step.prescribed[3 * node] = .value(0) }
      return step
    }
    var loaded = step(2, procedure)
    loaded.distributed = [
      DistributedLoad(
        kind: .gravity([0, 0, -1e6 / (4 * 8000)]), magnitude: 1,
        elements: Array(0..<mesh.elementCount))
    ]
    let elasticity = Elasticity.isotropic(young: 200e9, poisson: 0.3)
    let material = Material(name: "EL", elasticity: elasticity, density: 8000)
    let deck = Deck(
      mesh: mesh, sections: [Section(material: material, orientation: nil, elasticity: elasticity)],
      sectionOfElement: [Int](repeating: 0, count: mesh.elementCount), materials: [material],
      companions: Companions(labelledCount: mesh.nodeCount),
      steps: [step(1, .frequency(FrequencyRequest(count: modeCount))), loaded])
    let middle = nodes { $0.x == 5 && $0.y == 1 && $0.z == 1 }[0]
    return (deck, 3 * middle + 2)
  }

  @Test("5H: the response to a harmonic load peaks at 42.65 Hz with 13.45 mm")
  func harmonic() throws {
    var request = SteadyStateRequest()
    request.lowest = 35
    request.highest = 50
    request.pointCount = 7
    let (deck, middle) = Self.beam(.steadyState(request), period: 1)
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    try analysis.run(deck.steps[0])
    let model = try analysis.modalModel(deck.steps[1])
    let modes = try HarmonicModes(deck, model)
    let loads = try HarmonicLoads(deck, deck.steps[1], model, analysis.state)
    var peak = (hertz: 0.0, size: 0.0)
    for omega in request.points(natural: model.omegas) {
      let term = try loads.term(omega)
      let amplitudes = modes.amplitudes(omega, term.forces)
      let real = loads.expand(amplitudes.real, still: [], prescribed: term.prescribed.real)[middle]
      let imaginary = loads.expand(
        amplitudes.imaginary, still: [], prescribed: term.prescribed.imaginary)[middle]
      let size = HarmonicValue(real, imaginary).size
      if size > peak.size { peak = (omega / (2 * .pi), size) }
    }
    #expect(abs(peak.hertz / 42.65 - 1) < Self.tolerance)
    #expect(abs(peak.size / 13.45e-3 - 1) < Self.tolerance)
  }

  @Test("5T: a sudden load bends the beam by 1.043 mm after 0.0117 s")
  func transient() throws {
    var request = ModalDynamicRequest()
    request.increments = TimeIncrements(initial: 0.0001, isFixed: true)
    let (deck, middle) = Self.beam(.modalDynamic(request), period: 0.0117)
    var analysis = Analysis(
      deck: deck, SolverSettings(threads: 1), observer: Observer(),
      results: ResultWriter(deck, SolveOutputs()))
    for step in deck.steps { try analysis.run(step) }
    #expect(abs(-analysis.state.displacements[middle] / 1.043e-3 - 1) < Self.tolerance)
    // The peak: it hardly moves.
    #expect(abs(analysis.state.velocities[middle]) < 0.02 * 1.043e-3 * 2 * .pi * 42.65)
  }
}
