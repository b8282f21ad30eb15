import Base
import TestSupport
import Testing

@testable import Networks

/// Power flows of published cases with reference voltages, where they are beside the repository.
@Suite("published grids (skipped where the data is missing)", .enabled(if: Cases.areThere))
struct PublishedCaseTests {
  /// What the reference data ask for.
  static let magnitudeTolerance = 1e-6
  static let angleTolerance = 1e-4
  static let lossTolerance = 1e-4

  static let names = [
    "case9", "case14", "case30", "case57", "case118", "case_ACTIVSg200", "case1354pegase",
    "case2383wp",
  ]

  @Test("have the reference voltages from every start", arguments: names, PowerFlowStart.allCases)
  func voltages(_ name: String, _ start: PowerFlowStart) throws {
    let source = try GridCase.matpower(file: name + ".m", text: try Cases.read(name + ".m"))
    let grid = try Grid(source)
    var options = PowerFlowOptions()
    options.start = start
    let injections = Injections(grid)
    let solution = try PowerFlowSolver(grid, options).solve(injections)
    try #require(solution.state == .converged, "\(solution.history)")
    var worst = (magnitude: 0.0, angle: 0.0)
    let lines = String(decoding: try Cases.read(name + ".bus.csv"), as: UTF8.self)
    for line in lines.split(separator: "\n").dropFirst() {
      let numbers = line.split(separator: ",").compactMap { Double($0) }
      let bus = try #require(grid.indexOfNumber[Int(numbers[0])])
      worst.magnitude = max(worst.magnitude, abs(solution.magnitudes[bus] - numbers[1]))
      worst.angle = max(worst.angle, abs(solution.angles[bus] * 180 / .pi - numbers[2]))
    }
    #expect(worst.magnitude <= Self.magnitudeTolerance)
    #expect(worst.angle <= Self.angleTolerance)
    let results = GridResults(grid, solution, injections)
    let facts = String(decoding: try Cases.read(name + ".json"), as: UTF8.self)
    let losses = try #require(Self.number("loss_MW", in: facts))
    #expect(abs(results.lossesMW - losses) <= Self.lossTolerance)
    if start == .file {
      print(name, solution.iterations, worst, results.lossesMW)
      recordVerification(
        "network.powerflow", name, source: "Newton of the reference data, equal to PYPOWER's",
        measure: "largest difference of a voltage [pu]", value: worst.magnitude,
        granted: Self.magnitudeTolerance)
      recordVerification(
        "network.powerflow", name, source: "Newton of the reference data, equal to PYPOWER's",
        measure: "largest difference of an angle [deg]", value: worst.angle,
        granted: Self.angleTolerance)
    }
  }

  private static func number(_ key: String, in json: String) -> Double? {
    guard let tail = json.split(separator: "\"\(key)\": ", maxSplits: 1).dropFirst().first else {
      return nil
    }
    return Double(tail.prefix { !",\n}".contains($0) })
  }
}
