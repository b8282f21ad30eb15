import Glibc
import Testing

@testable import FiniteElements

@Suite("modes of vibration and buckling") struct ModeTests {
  /// Beam theory without shear and rotary inertia holds to this for a length of forty heights.
  static let beamTolerance = 0.01

  static let young = 210_000.0
  static let density = 7.8e-9
  static let length = 40.0

  @Test("a cantilever vibrates at the frequencies of Euler and Bernoulli, equal in both directions")
  func cantilever() throws {
    let modes = try Self.solve(Self.beam, [Self.frequency(Self.held(Self.beam), count: 4)])
    for (mode, root) in [(0, 1.875104), (1, 1.875104), (2, 4.694091), (3, 4.694091)] {
      let theory = Self.bending(root)
      #expect(abs(modes.eigenvalues[mode] / theory - 1) < 2 * Self.beamTolerance)
    }
    #expect(abs(modes.eigenvalues[0] / modes.eigenvalues[1] - 1) < 1e-8)
  }

  @Test("one row of C3D20R vibrates, though a motion of it has neither stiffness nor mass")
  func row() throws {
    let mesh = Bodies.brick(.c3d20r, cells: [20, 1, 1], size: [Self.length, 1, 1])
    let modes = try Self.solve(mesh, [Self.frequency(Self.held(mesh), count: 2)])
    for value in modes.eigenvalues {
      #expect(abs(value / Self.bending(1.875104) - 1) < 2 * Self.beamTolerance)
    }
  }

  @Test("a free bar has six rigid modes that carry its whole mass, then bends as theory says")
  func free() throws {
    let modes = try Self.solve(Self.beam, [Self.frequency([:], count: 8)])
    let theory = Self.bending(4.730041)
    for value in modes.eigenvalues.prefix(6) { #expect(abs(value) < 1e-6 * theory) }
    for value in modes.eigenvalues.suffix(2) {
      #expect(abs(value / theory - 1) < 2 * Self.beamTolerance)
    }
    let participation = try #require(modes.participation)
    for fraction in participation.fractions { #expect(abs(fraction - 1) < 1e-8) }
  }

  @Test("the mass of every element is density times volume", arguments: ElementKind.solids)
  func mass(_ kind: ElementKind) throws {
    let size = SIMD3<Double>(2, 1, 1.5)
    let mesh = Bodies.brick(kind, cells: [2, 2, 2], size: size)
    let modes = try Self.solve(mesh, [Self.frequency([:], count: 6)])
    let mass = Self.density * size.x * size.y * size.z
    let participation = try #require(modes.participation)
    for direction in 0..<3 { #expect(abs(participation.totalMass[direction] / mass - 1) < 1e-12) }
    #expect(abs(participation.effectiveTotals[0] / mass - 1) < 1e-6)
  }

  @Test("a column buckles at Euler's loads, once in each direction of its square section")
  func euler() throws {
    var step = Self.step(Self.held(Self.beam))
    step.procedure = .buckling(BucklingRequest(count: 4))
    step.distributed = [Self.push(1)]
    let factors = try Self.solve(Self.beam, [step]).bucklingFactors
    for (mode, waves) in [(0, 1.0), (1, 1), (2, 3), (3, 3)] {
      let theory = Self.eulerLoad * waves * waves
      #expect(abs(factors[mode] / theory - 1) < Self.beamTolerance * waves)
    }
  }

  /// A row of C3D8R bends against its hourglass control alone.
  @Test("a row of C3D8R buckles as if its hourglass control were twice the static one")
  func hourglassColumn() throws {
    let mesh = Bodies.brick(.c3d8r, cells: [40, 1, 1], size: [Self.length, 1, 1])
    var step = Self.step(Self.held(mesh))
    let end = (0..<mesh.nodeCount).filter { mesh.position(of: $0).x > Self.length - 0.5 }
    step.forces = end.map { PointLoad(freedom: 3 * $0 + 2, value: 1e-3) }
    let bent = try Bodies.solve(
      Bodies.deck(mesh, .isotropic(young: Self.young, poisson: 0), steps: [step]))
    // E I of the row, from F L³ / 3 E I.
    let rigidity =
      4e-3 * Self.length * Self.length * Self.length / 3 / bent.displacements[3 * end[0] + 2]
    step.forces = end.map { PointLoad(freedom: 3 * $0, value: -0.25) }
    step.procedure = .buckling(BucklingRequest(count: 1))
    let factors = try Self.solve(mesh, [step]).bucklingFactors
    let theory = .pi * .pi * rigidity / (4 * Self.length * Self.length)
    #expect(abs(factors[0] / (2 * theory) - 1) < 0.02)
  }

  @Test("a load below the buckling load lowers the square of the frequency by its share")
  func prestress() throws {
    let unloaded = try Self.solve(Self.beam, [Self.frequency(Self.held(Self.beam), count: 2)])
    var load = Self.step(Self.held(Self.beam))
    load.distributed = [Self.push(0.5 * Self.eulerLoad)]
    var second = Self.frequency(Self.held(Self.beam), count: 2)
    second.isPerturbation = true
    let loaded = try Self.solve(Self.beam, [load, second])
    // The shapes of vibration and buckling differ a little, so the relation is not quite linear.
    #expect(abs(loaded.eigenvalues[0] / unloaded.eigenvalues[0] - 0.5) < 0.03)
  }

  @Test("a turning beam is softer in the plane of its rotation, by the square of its speed")
  func rotation() throws {
    let speed = 40.0
    var load = Self.step(Self.held(Self.beam))
    load.distributed = [
      DistributedLoad(
        kind: .centrifugal(omegaSquared: speed * speed, point: [0, 0, 0], direction: [0, 0, 1]),
        magnitude: 1, elements: Array(0..<Self.beam.elementCount))
    ]
    var second = Self.frequency(Self.held(Self.beam), count: 2)
    second.isPerturbation = true
    second.distributed = load.distributed
    let values = try Self.solve(Self.beam, [load, second]).eigenvalues
    #expect(abs((values[1] - values[0]) / (speed * speed) - 1) < 1e-3)
  }

  @Test("pressure all around does not hinder a free body's rotation: it follows the surface")
  func pressure() throws {
    let mesh = Bodies.brick(.c3d20, cells: [2, 2, 2], size: [1, 1, 1])
    var load = Self.step(Self.justHeld(mesh))
    let pressure = 0.01
    load.distributed = (0..<6).map { face in
      let outer = (0..<mesh.elementCount).filter { Self.isOuter(mesh, $0, face) }
      return DistributedLoad(
        kind: .pressure(face: face), magnitude: pressure, elements: outer)
    }
    var second = Self.frequency([:], count: 6)
    second.isPerturbation = true
    let still = try Self.solve(mesh, [load, second]).eigenvalues
    second.distributed = load.distributed
    let following = try Self.solve(mesh, [load, second]).eigenvalues
    let scale = pressure / Self.density
    #expect((still.map(abs).max() ?? 0) > 0.1 * scale)
    #expect((following.map(abs).max() ?? 0) < 1e-3 * scale)
  }

  @Test("a response of one mode about a loaded state has that mode's stresses")
  func superposed() throws {
    let text = Decks.cube("*CLOAD\n7, 1, 5000.\n8, 3, 2000.")
      .replacing(
        "*END STEP",
        with: """
          *END STEP
          *STEP, PERTURBATION
          *FREQUENCY, STORAGE=YES
          1
          *NODE PRINT, NSET=NALL
          U
          *EL PRINT, ELSET=EALL
          S
          *END STEP
          *STEP
          *STEADY STATE DYNAMICS
          100., 100., 1, 1.
          *CLOAD
          7, 2, 10.
          *END STEP
          """)
    let dat = try Decks.solve(try Decks.parse(text)).dat
    let (moves, stresses) = (Self.rows(dat, "displacements"), Self.rows(dat, "stresses"))
    try #require(moves.count >= 2 && stresses.count >= 2)
    let largest = try #require(moves[0].indices.max { abs(moves[0][$0]) < abs(moves[0][$1]) })
    let ratio = moves[1][largest] / moves[0][largest]
    let scale = stresses[1].map { abs($0) }.max() ?? 0
    #expect(scale > 1)
    for (mode, response) in zip(stresses[0], stresses[1]) {
      #expect(abs(response - ratio * mode) < 1e-5 * scale)
    }
  }

  /// The numbers below each title of a `.dat` file that begins with a word, labels left out.
  private static func rows(_ dat: String, _ title: String) -> [[Double]] {
    var tables: [[Double]] = []
    var isWanted = false
    for line in dat.split(separator: "\n") {
      let numbers = line.split(separator: " ").filter { $0.contains("E") }.compactMap { Double($0) }
      if line.contains(" for set ") {
        isWanted = line.hasPrefix(" " + title)
        if isWanted { tables.append([]) }
      } else if isWanted, numbers.count >= 3 {
        tables[tables.count - 1] += numbers
      }
    }
    return tables
  }

  @Test("a deck's modes are printed as CalculiX prints them")
  func layout() throws {
    let text = Decks.cube("")
      .replacing("*STATIC", with: "*FREQUENCY\n2\n*NODE PRINT, NSET=FOOT\nU")
    let dat = try Decks.solve(try Decks.parse(text)).dat.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(dat[1] == "                        S T E P       1")
    #expect(dat[4] == "     E I G E N V A L U E   O U T P U T")
    #expect(dat[10].hasPrefix("      1   0."))
    #expect(dat.contains("     P A R T I C I P A T I O N   F A C T O R S"))
    #expect(dat.contains("                    E I G E N V A L U E    N U M B E R     2"))
    #expect(
      dat.contains(" displacements (vx,vy,vz) for set FOOT and time  0.1000000E+01"))
  }

  @Test("a step of modes without their number is a problem of the deck")
  func number() {
    let text = Decks.cube("").replacing("*STATIC", with: "*FREQUENCY")
    #expect(Decks.problems(text).contains("*FREQUENCY needs the number of modes on the next line"))
  }
}

// MARK: - Models

extension ModeTests {
  static let beam = Bodies.brick(.c3d20, cells: [20, 1, 1], size: [length, 1, 1])

  /// Euler's load of a column clamped at one end, for a section of 1 by 1.
  static let eulerLoad = Double.pi * .pi * young / 12 / (4 * length * length)

  /// The square of the circular frequency of bending for a root of the frequency equation.
  static func bending(_ root: Double) -> Double {
    pow(root / length, 4) * young / 12 / density
  }

  /// Compression by `force` at the far end.
  static func push(_ force: Double) -> DistributedLoad {
    DistributedLoad(kind: .pressure(face: 3), magnitude: force, elements: [beam.elementCount - 1])
  }

  static func held(_ mesh: Mesh) -> [Int: Prescribed] {
    var prescribed: [Int: Prescribed] = [:]
    for node in 0..<mesh.nodeCount where mesh.position(of: node).x == 0 {
      for direction in 0..<3 { prescribed[3 * node + direction] = .value(0) }
    }
    return prescribed
  }

  /// Three corners of a unit cube hold it without stress.
  static func justHeld(_ mesh: Mesh) -> [Int: Prescribed] {
    var prescribed: [Int: Prescribed] = [:]
    for node in 0..<mesh.nodeCount {
      switch mesh.position(of: node) {
      case [0, 0, 0]: for direction in 0..<3 { prescribed[3 * node + direction] = .value(0) }
      case [1, 0, 0]: for direction in 1..<3 { prescribed[3 * node + direction] = .value(0) }
      case [0, 1, 0]: prescribed[3 * node + 2] = .value(0)
      case _: continue
      }
    }
    return prescribed
  }

  static func isOuter(_ mesh: Mesh, _ element: Int, _ face: Int) -> Bool {
    let nodes = Array(mesh.nodes(of: element))
    let corners = Hex8.faces[face].map { mesh.position(of: nodes[$0]) }
    return (0..<3).contains { axis in
      corners.allSatisfy { $0[axis] == 0 } || corners.allSatisfy { $0[axis] == 1 }
    }
  }

  static func step(_ prescribed: [Int: Prescribed]) -> Step {
    var step = Step(number: 1, place: Place(file: "test.inp", line: 1))
    step.prescribed = prescribed
    return step
  }

  static func frequency(_ prescribed: [Int: Prescribed], count: Int) -> Step {
    var step = step(prescribed)
    step.procedure = .frequency(FrequencyRequest(count: count))
    return step
  }

  static func solve(_ mesh: Mesh, _ steps: [Step]) throws -> Summary {
    try Decks.solve(Bodies.deck(mesh, steps: steps)).3
  }
}
