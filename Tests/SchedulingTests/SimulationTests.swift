import Base
import FoundationEssentials
import Testing

/// The scheduler in a world where everything fails, from seeds: thousands of happenings each.
@Suite("simulation") struct SimulationTests {
  private static let seeds = environment["KILN_SEEDS"].flatMap { Int($0) } ?? 10_000
  /// Seeds on which every placement is compared with that of the reference, which is slow.
  private static let comparedSeeds = seeds / 5
  static let environment = ProcessInfo.processInfo.environment

  private static func replay(_ seed: UInt64) -> String {
    "replay: KILN_SEED=\(seed) swift test --filter SchedulingTests"
  }

  @Test(
    "no promise is broken whatever fails, and everything ends once the faults stop",
    .disabled(if: environment["KILN_SEED"] != nil, "a single seed is replayed"))
  func promisesHold() async {
    let fired = await withTaskGroup(of: [Int].self) { group in
      for part in 0..<8 {
        group.addTask { SimulationTests.run(part, of: 8) }
      }
      return await group.reduce([Int](repeating: 0, count: Fault.allCases.count)) {
        zip($0, $1).map(+)
      }
    }
    for fault in Fault.allCases {
      #expect(fired[fault.rawValue] > 0, "\(fault) has never happened")
    }
  }

  private static func run(_ part: Int, of parts: Int) -> [Int] {
    var fired = [Int](repeating: 0, count: Fault.allCases.count)
    for seed in stride(from: part, to: seeds, by: parts).map(UInt64.init) {
      let world = SimulatedWorld(seed: seed, compares: seed < comparedSeeds)
      do throws(Violation) {
        try world.run()
      } catch {
        Issue.record("seed \(seed): \(error.what); \(replay(seed))")
      }
      fired = zip(fired, world.faults.fired).map(+)
    }
    return fired
  }

  @Test("a deliberate mistake is caught by some seed", arguments: Mutant.allCases)
  func mutantIsCaught(_ mutant: Mutant) {
    let catcher = (UInt64(0)..<400).first { seed in
      do throws(Violation) {
        try SimulatedWorld(seed: seed, mutant: mutant, compares: true).run()
        return false
      } catch {
        return true
      }
    }
    #expect(catcher != nil, "\(mutant) goes unnoticed")
  }

  @Test(
    "a single seed is replayed with everything that happens in it",
    .enabled(if: environment["KILN_SEED"] != nil, "KILN_SEED is not set"))
  func replayOne() throws {
    let seed = try #require(UInt64(Self.environment["KILN_SEED"] ?? ""))
    let world = SimulatedWorld(seed: seed, compares: true)
    world.isTracing = true
    do throws(Violation) {
      try world.run()
    } catch {
      Issue.record("\(error.what)\n\(world.traced.joined(separator: "\n"))")
    }
  }
}
