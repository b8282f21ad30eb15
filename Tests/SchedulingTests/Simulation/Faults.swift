import Base

/// What can go wrong in the simulated world; every kind must have fired over the suite.
enum Fault: Int, CaseIterable, Sendable {
  case workerDies
  case workerStalls
  case deathUnnoticed
  case killFails
  case messageLost
  case messageDuplicated
  case messageDelayed
  case messageReordered
  case clockLeapsForward
  case clockReadsBack
  case crashAnytime
  case crashBeforeCommit
  case crashAfterCommit
  case crashWhilePerforming
  case commitFails
  case capacityShrinks
}

/// A set of fault kinds that a seed has picked, and how often each of them fired.
struct Faults {
  private var rates: [Double]
  private(set) var fired: [Int]
  /// False in the liveness phase.
  var areOn = true

  init(from random: inout SplitMix64) {
    rates = Fault.allCases.map { _ in
      Bool.random(using: &random) ? Double.random(in: 0.002...0.06, using: &random) : 0
    }
    fired = Fault.allCases.map { _ in 0 }
  }

  func isPicked(_ fault: Fault) -> Bool { areOn && rates[fault.rawValue] > 0 }

  mutating func fires(_ fault: Fault, boost: Double = 1, _ random: inout SplitMix64) -> Bool {
    guard isPicked(fault),
      Double.random(in: 0..<1, using: &random) < rates[fault.rawValue] * boost
    else { return false }
    fired[fault.rawValue] += 1
    return true
  }
}
