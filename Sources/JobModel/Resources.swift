import Base

/// What one task asks for while it runs.
package struct Resources: Hashable, Sendable, Codable {
  package var cpus: Int
  /// Nil: the kernel's own estimate, else 1 GiB.
  package var memory: ByteCount?
  /// Monotonic wall time of one attempt; nil: unlimited.
  package var time: Seconds?
  package var licences: [String: Int]

  package init(
    cpus: Int = 1, memory: ByteCount? = nil, time: Seconds? = nil, licences: [String: Int] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.time = time
    self.licences = licences
  }

  package static let defaultMemory = ByteCount.gibibytes(1)
}

/// How often a task is tried again, by the reason of its end.
package enum RetryPolicy: Hashable, Sendable, Codable {
  /// At most once, whatever happens.
  case never
  case limited(RetryLimits)

  package static let standard = RetryPolicy.limited(RetryLimits())
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
