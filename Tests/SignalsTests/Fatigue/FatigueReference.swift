import Foundation
import LinearAlgebra
import Signals
import TestSupport

/// Published and certified counts, and ways to count what tests bring along.
enum FatigueReference {
  static let folder = repositoryFile("../shared/data/rainflow")
  static let isThere = FileManager.default.fileExists(atPath: folder + "/gauss_20000.json")

  /// A recording beside the repository with its certified counts.
  struct Recording: Decodable {
    var counts: [[Double]]
    /// By exponent, for a million cycles.
    var equivalentLoads: [String: Double]
    var fourPointCycles: Int
    var fourPointResidue: [Double]

    enum CodingKeys: String, CodingKey {
      case counts = "astm_counts"
      case equivalentLoads = "damage_equivalent_load_Neq_1e6"
      case fourPointCycles = "four_point_closed_cycles"
      case fourPointResidue = "four_point_residue"
    }
  }

  static func recording(_ name: String) throws -> (samples: [Double], reference: Recording) {
    let text = try String(contentsOfFile: "\(folder)/\(name).csv", encoding: .utf8)
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json"))
    return (
      text.split(separator: "\n").compactMap { Double($0) },
      try JSONDecoder().decode(Recording.self, from: data)
    )
  }
}

/// Keeps every loop.
final class CycleList: CycleSink {
  struct Cycle: Equatable {
    var range: Double
    var mean: Double
    var count: Double
  }

  private(set) var cycles: [Cycle] = []

  func add(_ cycles: borrowing CycleBlock, halves: Int) {
    for index in 0..<cycles.count {
      let (from, to) = (cycles.from.view[index], cycles.to.view[index])
      self.cycles.append(
        Cycle(range: abs(from - to), mean: (from + to) / 2, count: Double(halves) / 2))
    }
  }

  /// Cycles of each range that occurs, smallest first.
  var counts: [[Double]] {
    var sums: [Double: Double] = [:]
    for cycle in cycles { sums[cycle.range, default: 0] += cycle.count }
    return sums.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
  }
}

/// Counts a whole recording that arrives in blocks; returns the residue.
@discardableResult
func countRainflow(
  _ samples: [Double], _ rule: RainflowRule, residue: ResidueRule, block: Int = 1000,
  gate: Double = 0, into sink: any CycleSink
) -> [Double] {
  var finder = TurningPoints()
  var filter = HysteresisGate(gate)
  var counter = RainflowCounter(rule, residue: residue)
  let points = Buffer<Double>(repeating: 0, count: block + 2)
  for start in stride(from: 0, to: samples.count, by: block) {
    Array(samples[start..<min(start + block, samples.count)]).withView { view in
      let found = finder.find(view, into: points.view)
      let passed = filter.filter(points.view, count: found)
      counter.count(points.view.reading.slice(0, count: passed), into: sink)
    }
  }
  var rest = finder.finish().map { [$0] } ?? []
  let passed = rest.withMutableView { filter.filter($0, count: $0.count) }
  rest = Array(rest.prefix(passed)) + (filter.finish().map { [$0] } ?? [])
  rest.withView { counter.count($0, into: sink) }
  return counter.finish(into: sink)
}

/// Reproducible numbers with a normal distribution.
struct NormalNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 11) + 0.5) * 0x1p-53
  }

  mutating func next() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }
}
