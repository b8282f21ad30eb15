/// Why an attempt, or a task, ended. Success is never inferred from absence.
package enum EndReason: Hashable, Sendable, Codable {
  case succeeded
  /// The command's exit code, or 1 where a kernel reported an error.
  case failed(exit: Int)
  /// Ended by a signal: a trap of a kernel, a crash of a command.
  case signalled(Int)
  /// Exceeded its memory limit.
  case memory
  /// Exceeded its time limit.
  case time
  /// Its worker vanished.
  case lost
  case cancelled
  /// Had not ended when the deadline of its job passed.
  case deadline
  /// Stopped to make room for a job of a higher priority; always followed by another attempt.
  case preempted
  /// Never started: what it needs from another task did not succeed, or it can never be placed.
  case refused
}

extension EndReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed(let exit): "failed(\(exit))"
    case .signalled(let signal): "signalled(\(signal))"
    case .memory: "memory"
    case .time: "time"
    case .lost: "lost"
    case .cancelled: "cancelled"
    case .deadline: "deadline"
    case .preempted: "preempted"
    case .refused: "refused"
    }
  }

  /// Reads what `description` writes; nil for anything else.
  package init?(_ text: String) {
    switch text {
    case "succeeded": self = .succeeded
    case "memory": self = .memory
    case "time": self = .time
    case "lost": self = .lost
    case "cancelled": self = .cancelled
    case "deadline": self = .deadline
    case "preempted": self = .preempted
    case "refused": self = .refused
    default:
      guard text.hasSuffix(")"), let bracket = text.firstIndex(of: "("),
        let number = Int(text[text.index(after: bracket)...].dropLast())
      else { return nil }
      switch text[..<bracket] {
      case "failed": self = .failed(exit: number)
      case "signalled": self = .signalled(number)
      default: return nil
      }
    }
  }
}

/// Where a task is.
package enum TaskState: Hashable, Sendable, Codable {
  /// Upstream tasks have not ended yet.
  case waiting
  case ready
  /// Its job is held.
  case held
  case running
  case ended(EndReason)
}

extension TaskState: CustomStringConvertible {
  package var description: String {
    switch self {
    case .waiting: "waiting"
    case .ready: "ready"
    case .held: "held"
    case .running: "running"
    case .ended(let reason): reason.description
    }
  }
}

/// Where a job is as a whole.
package enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
  /// Nothing of it has started.
  case queued
  case held
  case running
  case succeeded
  /// All tasks have ended and at least one did not succeed.
  case failed
  case cancelled

  package var isEnded: Bool {
    switch self {
    case .queued, .held, .running: false
    case .succeeded, .failed, .cancelled: true
    }
  }
}

/// How many tasks of a step, or of a job, are in which state.
package struct TaskCounts: Hashable, Sendable, Codable {
  package var waiting = 0
  package var ready = 0
  package var running = 0
  package var succeeded = 0
  /// Ended otherwise than by success or by cancelling.
  package var failed = 0
  package var cancelled = 0

  package init() {}

  package var total: Int { waiting + ready + running + succeeded + failed + cancelled }
  package var ended: Int { succeeded + failed + cancelled }

  package static func + (a: TaskCounts, b: TaskCounts) -> TaskCounts {
    var sum = a
    sum.waiting += b.waiting
    sum.ready += b.ready
    sum.running += b.running
    sum.succeeded += b.succeeded
    sum.failed += b.failed
    sum.cancelled += b.cancelled
    return sum
  }
}
