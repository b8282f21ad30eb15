import Glibc
import Testing

@testable import LinearAlgebra

@Suite("modes of large symmetric problems") struct EigenTests {
  /// Relative error of eigenvalues whose vectors have residuals of 1e-10.
  static let tolerance = 1e-9

  @Test(
    "a chain of springs and masses has the frequencies of the closed form", arguments: [40, 2000])
  func chain(_ order: Int) throws {
    let modes = try Chain(order: order).vibration.modes(EigenOptions(count: 7))
    for (mode, value) in modes.eigenvalues.enumerated() {
      let sine = sin(Double(mode + 1) * .pi / Double(2 * (order + 1)))
      #expect(abs(value / (4 * sine * sine) - 1) < Self.tolerance)
    }
    #expect(modes.count == 7)
  }

  @Test("equal chains side by side have each frequency as often as there are chains")
  func multiple() throws {
    let copies = 6
    let chain = Chain(order: 120, copies: copies)
    let modes = try chain.vibration.modes(EigenOptions(count: 3 * copies))
    for (mode, value) in modes.eigenvalues.enumerated() {
      let sine = sin(Double(mode / copies + 1) * .pi / Double(2 * 121))
      #expect(abs(value / (4 * sine * sine) - 1) < Self.tolerance)
    }
    #expect((modes.sturmCount ?? 0) >= 3 * copies)
    #expect(Self.orthogonality(modes, chain.mass) < 1e-9)
  }

  @Test("a mode that the first block does not see is found because the inertia counts it")
  func missed() throws {
    // Ten equal pendulums beside a chain: a block of four columns sees four of them at a time.
    var chain = Chain(order: 400)
    chain.addOscillators(10, stiffness: 1e-6)
    let modes = try chain.vibration.modes(EigenOptions(count: 12))
    #expect(modes.eigenvalues.prefix(10).allSatisfy { abs($0 / 1e-6 - 1) < 1e-7 })
    #expect(modes.count == 12)
    #expect(modes.sturmCount ?? 12 >= 12)
  }

  @Test("free chains have zero frequencies first, then the closed form's", arguments: [50, 1500])
  func free(_ order: Int) throws {
    let modes = try Chain(order: order, isFree: true).vibration.modes(EigenOptions(count: 5))
    #expect(abs(modes.eigenvalues[0]) < 1e-12)
    for mode in 1..<5 {
      let sine = sin(Double(mode) * .pi / Double(2 * order))
      #expect(abs(modes.eigenvalues[mode] / (4 * sine * sine) - 1) < 1e-7)
    }
  }

  @Test("directions without mass have no mode", arguments: [40, 900])
  func massless(_ order: Int) throws {
    var chain = Chain(order: order)
    for equation in 0..<order where equation != 3 && equation != order - 4 {
      chain.setMass(0, of: equation)
    }
    let modes = try chain.vibration.modes(EigenOptions(count: 10))
    #expect(modes.count == 2)
    #expect(Self.residual(modes, chain) < 1e-8)
  }

  @Test("many modes of a chain, more than fit into one basis, stay accurate and orthonormal")
  func many() throws {
    let chain = Chain(order: 900)
    var options = EigenOptions(count: 120)
    options.denseLimit = 0
    let modes = try chain.vibration.modes(options)
    for (mode, value) in modes.eigenvalues.enumerated() {
      let sine = sin(Double(mode + 1) * .pi / Double(2 * 901))
      #expect(abs(value / (4 * sine * sine) - 1) < Self.tolerance)
    }
    #expect(Self.orthogonality(modes, chain.mass) < 1e-9)
  }

  @Test("an unstable chain has negative eigenvalues", arguments: [60, 800])
  func unstable(_ order: Int) throws {
    // Springs to the ground with a negative stiffness move all eigenvalues down.
    var chain = Chain(order: order)
    let sine = sin(2.5 * .pi / Double(2 * (order + 1)))
    let push = 4 * sine * sine
    for equation in 0..<order { chain.addStiffness(-push, to: equation) }
    let modes = try chain.vibration.modes(EigenOptions(count: 4))
    #expect(modes.eigenvalues.count { $0 < 0 } == 2)
    for (mode, value) in modes.eigenvalues.enumerated() {
      let sine = sin(Double(mode + 1) * .pi / Double(2 * (order + 1)))
      #expect(abs(value - (4 * sine * sine - push)) < 1e-6 * push)
    }
  }

  @Test("dense and Lanczos modes agree", arguments: [1, 5, 20])
  func agreement(_ count: Int) throws {
    let chain = Chain(order: 150, copies: 2)
    var options = EigenOptions(count: count)
    let dense = try chain.vibration.modes(options)
    options.denseLimit = 0
    let lanczos = try chain.vibration.modes(options)
    for (a, b) in zip(dense.eigenvalues, lanczos.eigenvalues) {
      #expect(abs(a / b - 1) < Self.tolerance)
    }
    // Residuals of the inverted operator are below 1e-9; K enlarges them by λmax / λ.
    #expect(Self.residual(lanczos, chain) < 1e-6)
    #expect(Self.residual(dense, chain) < 1e-6)
  }

  @Test("a beam on nodes buckles at the factors of the difference equation", arguments: [60, 1200])
  func buckling(_ order: Int) throws {
    // G = -I: the load factors are the eigenvalues of the chain.
    let chain = Chain(order: order)
    var geometric = SymmetricMatrix(pattern: chain.stiffness.pattern)
    for column in 0..<order {
      geometric.values[geometric.pattern.columnStarts[column + 1] - 1] = -1
    }
    let problem = BucklingProblem(
      stiffness: chain.stiffness, geometric: geometric, elimination: Array(0..<order))
    let modes = try problem.modes(EigenOptions(count: 5))
    #expect(modes.count == 5)
    for (mode, value) in modes.eigenvalues.enumerated() {
      let sine = sin(Double(mode + 1) * .pi / Double(2 * (order + 1)))
      #expect(abs(value / (4 * sine * sine) - 1) < Self.tolerance)
    }
  }

  @Test("a load that pulls everywhere buckles nothing")
  func pulled() throws {
    let chain = Chain(order: 40)
    var geometric = SymmetricMatrix(pattern: chain.stiffness.pattern)
    for column in 0..<40 { geometric.values[geometric.pattern.columnStarts[column + 1] - 1] = 1 }
    let problem = BucklingProblem(
      stiffness: chain.stiffness, geometric: geometric, elimination: Array(0..<40))
    #expect(try problem.modes(EigenOptions(count: 5)).count == 0)
  }

  /// Largest deviation of `Xᵀ M X` from the unit matrix.
  static func orthogonality(_ modes: EigenSolution, _ mass: SymmetricMatrix) -> Double {
    let images = (0..<modes.count).map { mass.multiplied(by: modes.vector($0)) }
    var worst = 0.0
    for i in 0..<modes.count {
      for j in 0...i {
        let product = zip(modes.vector(j), images[i]).reduce(0) { $0 + $1.0 * $1.1 }
        worst = max(worst, abs(product - (i == j ? 1 : 0)))
      }
    }
    return worst
  }

  /// Largest element of `K x - λ M x` relative to λ.
  static func residual(_ modes: EigenSolution, _ chain: Chain) -> Double {
    (0..<modes.count).map { mode in
      let stiff = chain.stiffness.multiplied(by: modes.vector(mode))
      let heavy = chain.mass.multiplied(by: modes.vector(mode))
      let value = modes.eigenvalues[mode]
      return zip(stiff, heavy).map { abs($0 - value * $1) / value }.max() ?? 0
    }.max() ?? 0
  }
}

@Suite("symmetric indefinite factor") struct IndefiniteFactorTests {
  @Test(
    "the inertia of a shifted chain counts its eigenvalues below the shift", arguments: [0, 1, 9])
  func inertia(_ below: Int) throws {
    let chain = Chain(order: 60)
    let sine = sin((Double(below) + 0.5) * .pi / 122)
    var factor = try IndefiniteFactor(analysing: chain.stiffness.pattern)
    try factor.factorise(chain.stiffness.adding(-4 * sine * sine, times: chain.mass))
    #expect(factor.negativeCount == below)
    #expect(factor.nullCount == 0)
  }

  @Test("an indefinite system with zeros on its diagonal is solved, several columns at once")
  func saddle() throws {
    // A chain whose ends are tied by a Lagrange multiplier.
    let order = 31
    var rows: [Int] = []
    var starts = [0]
    var values: [Double] = []
    for column in 0..<order {
      if column < 30 {
        if column > 0 {
          rows.append(column - 1)
          values.append(-1)
        }
        rows.append(column)
        values.append(2)
      } else {
        rows += [0, 29, 30]
        values += [1, -1, 0]
      }
      starts.append(rows.count)
    }
    let pattern = SymmetricPattern(columnStarts: starts, rows: rows)
    let matrix = SymmetricMatrix(pattern: pattern, values: values)
    var factor = try IndefiniteFactor(
      analysing: pattern, elimination: Array((0..<order).reversed()))
    try factor.factorise(matrix)
    #expect(factor.negativeCount == 1)
    let right = (0..<order).map { Double($0 % 5) - 2 }
    var block = right + right.map { 2 * $0 }
    try block.withMutableView { try factor.solve($0, columns: 2) }
    let single = try factor.solve(right)
    let product = matrix.multiplied(by: single)
    #expect(zip(product, right).allSatisfy { abs($0 - $1) < 1e-11 })
    #expect(zip(block.suffix(order), single).allSatisfy { abs($0 - 2 * $1) < 1e-11 })
    #expect(abs(single[0] - single[29] - right[30]) < 1e-12)
  }

  @Test("a singular matrix reports its null pivots")
  func singular() throws {
    let chain = Chain(order: 25, isFree: true)
    var factor = try IndefiniteFactor(analysing: chain.stiffness.pattern)
    try factor.factorise(chain.stiffness)
    #expect(factor.nullCount == 1)
  }
}

/// Masses in a row, each tied to the next by a spring; both ends to the ground unless free.
struct Chain {
  var stiffness: SymmetricMatrix
  var mass: SymmetricMatrix

  init(order: Int, copies: Int = 1, isFree: Bool = false) {
    var rows: [Int] = []
    var starts = [0]
    var (springs, masses): ([Double], [Double]) = ([], [])
    for copy in 0..<copies {
      for column in 0..<order {
        let place = copy * order + column
        if column > 0 {
          rows.append(place - 1)
          springs.append(-1)
          masses.append(0)
        }
        rows.append(place)
        springs.append(isFree && (column == 0 || column == order - 1) ? 1 : 2)
        masses.append(1)
        starts.append(rows.count)
      }
    }
    let pattern = SymmetricPattern(columnStarts: starts, rows: rows)
    stiffness = SymmetricMatrix(pattern: pattern, values: springs)
    mass = SymmetricMatrix(pattern: pattern, values: masses)
  }

  var vibration: VibrationProblem {
    VibrationProblem(stiffness: stiffness, mass: mass, elimination: Array(0..<stiffness.order))
  }

  private func diagonal(_ equation: Int) -> Int { stiffness.pattern.columnStarts[equation + 1] - 1 }

  mutating func setMass(_ value: Double, of equation: Int) {
    mass.values[diagonal(equation)] = value
  }

  mutating func addStiffness(_ value: Double, to equation: Int) {
    stiffness.values[diagonal(equation)] += value
  }

  /// Appends masses of one that only a spring ties to the ground.
  mutating func addOscillators(_ count: Int, stiffness spring: Double) {
    let old = stiffness.pattern
    let starts = old.columnStarts + (1...count).map { old.rows.count + $0 }
    let rows = old.rows + (0..<count).map { old.order + $0 }
    let pattern = SymmetricPattern(columnStarts: starts, rows: rows)
    stiffness = SymmetricMatrix(
      pattern: pattern, values: stiffness.values + [Double](repeating: spring, count: count))
    mass = SymmetricMatrix(
      pattern: pattern, values: mass.values + [Double](repeating: 1, count: count))
  }
}
