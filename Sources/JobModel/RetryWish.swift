import Base

/// What a user who asks for further attempts wants of them.
package struct RetryWish: Hashable, Sendable, Codable {
  /// How much more they may have than the attempts before.
  package enum Grant: Hashable, Sendable, Codable {
    /// So many times as much.
    case times(Double)
    /// So much: bytes, or seconds.
    case to(Double)
  }

  /// Only tasks that failed by themselves, not those that were cancelled.
  package var onlyFailed: Bool
  package var memory: Grant?
  package var time: Grant?

  package init(onlyFailed: Bool = false, memory: Grant? = nil, time: Grant? = nil) {
    self.onlyFailed = onlyFailed
    self.memory = memory
    self.time = time
  }

  package var isPlain: Bool { memory == nil && time == nil }
}

/// What the attempts of some tasks are to have instead of what the job file asks for.
package struct Demand: Hashable, Sendable, Codable {
  package var memory: ByteCount?
  package var time: Seconds?
  /// How many attempts had run out of memory when it was asked for: later ones grow from there.
  package var memoryEnds: Int

  package init(memory: ByteCount? = nil, time: Seconds? = nil, memoryEnds: Int = 0) {
    self.memory = memory
    self.time = time
    self.memoryEnds = memoryEnds
  }
}
