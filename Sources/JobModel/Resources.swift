import Base

/// What one task asks for while it runs.
package struct Resources: Hashable, Sendable {
  package var cpus: Int
  /// Nil: the kernel's own estimate, else 1 GiB.
  package var memory: ByteCount?
  /// Monotonic wall time of one attempt; nil: unlimited.
  package var time: Seconds?
  package var licences: [String: Int]
  /// A part of one gpu, or some whole ones.
  package var gpus: Amount
  /// Of pools that the server's settings name.
  package var pools: [String: Amount]

  package init(
    cpus: Int = 1, memory: ByteCount? = nil, time: Seconds? = nil, licences: [String: Int] = [:],
    gpus: Amount = .zero, pools: [String: Amount] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.time = time
    self.licences = licences
    self.gpus = gpus
    self.pools = pools
  }

  /// Licences and pools together.
  package var counted: [Pool: Amount] { [Pool: Amount](licences: licences, named: pools) }

  package static let defaultMemory = ByteCount.gibibytes(1)
}

extension Resources: Codable {
  private enum CodingKeys: String, CodingKey {
    case cpus, memory, time, licences, gpus, pools
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.decode(into: &cpus, forKey: .cpus)
    try values.decode(into: &memory, forKey: .memory)
    try values.decode(into: &time, forKey: .time)
    try values.decode(into: &licences, forKey: .licences)
    try values.decode(into: &gpus, forKey: .gpus)
    try values.decode(into: &pools, forKey: .pools)
  }

  package func encode(to encoder: any Encoder) throws {
    let standard = Resources()
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(cpus, unless: standard.cpus, forKey: .cpus)
    try values.encode(memory, unless: standard.memory, forKey: .memory)
    try values.encode(time, unless: standard.time, forKey: .time)
    try values.encode(licences, unless: standard.licences, forKey: .licences)
    try values.encode(gpus, unless: standard.gpus, forKey: .gpus)
    try values.encode(pools, unless: standard.pools, forKey: .pools)
  }
}

/// How often a task is tried again, by the reason of its end.
package enum RetryPolicy: Hashable, Sendable, Codable {
  /// At most once, whatever happens.
  case never
  case limited(RetryLimits)

  package static let standard = RetryPolicy.limited(RetryLimits())

  /// The same where the memory is the kernel's own estimate, which is no wish of the user's: a task that
  /// needs more is tried again with twice as much, two times, unless the policy says how often itself.
  package var withEstimatedMemory: RetryPolicy {
    guard case .limited(var limits) = self, limits.memory == 0 else { return self }
    limits.memory = 2
    limits.memoryGrowth = 2
    return .limited(limits)
  }
}

/// Further attempts after the first, for each reason.
package struct RetryLimits: Hashable, Sendable, Codable {
  package var lost: Int
  package var failed: Int
  package var signalled: Int
  package var time: Int
  package var memory: Int
  /// Each retry after `memory` asks for this many times the memory of the attempt before.
  package var memoryGrowth: Double
  /// Only these exit codes count as worth another attempt; nil: all.
  package var exitCodes: Set<Int>?
  /// Pause before the second attempt; it doubles with each further one. Nil: none.
  package var wait: Seconds?

  package init(
    lost: Int = 3, failed: Int = 0, signalled: Int = 0, time: Int = 0, memory: Int = 0,
    memoryGrowth: Double = 1.5, exitCodes: Set<Int>? = nil, wait: Seconds? = nil
  ) {
    self.lost = lost
    self.failed = failed
    self.signalled = signalled
    self.time = time
    self.memory = memory
    self.memoryGrowth = memoryGrowth
    self.exitCodes = exitCodes
    self.wait = wait
  }
}

extension RetryLimits {
  private enum CodingKeys: String, CodingKey {
    case lost, failed, signalled, time, memory, memoryGrowth, exitCodes, wait
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.decode(into: &lost, forKey: .lost)
    try values.decode(into: &failed, forKey: .failed)
    try values.decode(into: &signalled, forKey: .signalled)
    try values.decode(into: &time, forKey: .time)
    try values.decode(into: &memory, forKey: .memory)
    try values.decode(into: &memoryGrowth, forKey: .memoryGrowth)
    try values.decode(into: &exitCodes, forKey: .exitCodes)
    try values.decode(into: &wait, forKey: .wait)
  }

  package func encode(to encoder: any Encoder) throws {
    let standard = RetryLimits()
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(lost, unless: standard.lost, forKey: .lost)
    try values.encode(failed, unless: standard.failed, forKey: .failed)
    try values.encode(signalled, unless: standard.signalled, forKey: .signalled)
    try values.encode(time, unless: standard.time, forKey: .time)
    try values.encode(memory, unless: standard.memory, forKey: .memory)
    try values.encode(memoryGrowth, unless: standard.memoryGrowth, forKey: .memoryGrowth)
    try values.encode(exitCodes, unless: standard.exitCodes, forKey: .exitCodes)
    try values.encode(wait, unless: standard.wait, forKey: .wait)
  }
}
