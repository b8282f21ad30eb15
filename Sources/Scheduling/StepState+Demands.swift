import Base
import JobModel

/// What users ask further attempts to have.
extension StepState {
  /// What a wish comes to for ended tasks, of which some have had more than others.
  func demands(_ wish: RetryWish, of tasks: TaskRange) -> [(tasks: TaskRange, demand: Demand)] {
    guard !wish.isPlain else { return [] }
    return history.covering(tasks).map { part in
      let known = part.value ?? AttemptHistory()
      var demand = known.demand ?? Demand()
      if let memory = wish.memory {
        let had = known.memory(base: plan.memory, policy: plan.retry, most: ByteCount(Int64.max))
        let bytes = min(memory.amount(after: Double(had.bytes)), Demand.memoryMost).rounded(.up)
        demand.memory = ByteCount(Int64(bytes))
      }
      if let time = wish.time { demand.time = self.time(time, after: demand.time ?? plan.time) }
      return (part.tasks, demand)
    }
  }

  /// What is unlimited is not multiplied.
  private func time(_ wish: RetryWish.Grant, after had: Seconds?) -> Seconds? {
    switch wish {
    case .to(let seconds): Seconds(seconds)
    case .times: had.map { Seconds(wish.amount(after: $0.value)) }
    }
  }

  /// A demand as it holds for tasks whose last attempts are charged.
  /// - Parameter anew: whether it says something new of memory, from which growth then starts.
  func rooted(
    _ demand: Demand, of tasks: TaskRange, anew: Bool
  ) -> [(tasks: TaskRange, demand: Demand)] {
    guard anew else { return [(tasks, demand)] }
    return history.covering(tasks).map { part in
      var rooted = demand
      rooted.memoryEnds = part.value?.memory ?? 0
      return (part.tasks, rooted)
    }
  }

  /// The next attempts of these tasks are to have what a user asked for.
  mutating func ask(_ demand: Demand, of tasks: TaskRange) {
    history.update(tasks) { old in
      var new = old ?? AttemptHistory()
      new.ask(demand)
      return new
    }
  }
}

extension Demand {
  /// More bytes than any machine has.
  fileprivate static let memoryMost = 0x1p50
}

extension RetryWish.Grant {
  /// What becomes of an amount that the attempt before had.
  fileprivate func amount(after had: Double) -> Double {
    switch self {
    case .times(let factor): had * factor
    case .to(let wished): wished
    }
  }
}
