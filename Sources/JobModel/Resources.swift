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

  /// What was stored before there were gpus and pools asks for none.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      cpus: try values.decode(Int.self, forKey: .cpus),
      memory: try values.decodeIfPresent(ByteCount.self, forKey: .memory),
      time: try values.decodeIfPresent(Seconds.self, forKey: .time),
      licences: try values.decode([String: Int].self, forKey: .licences),
      gpus: try values.decodeIfPresent(Amount.self, forKey: .gpus) ?? .zero,
      pools: try values.decodeIfPresent([String: Amount].self, forKey: .pools) ?? [:])
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
