import Base
import JobModel
import Scheduling
import Wire

/// Consecutive tasks of which the same is known about their last attempt.
struct AttemptPiece: Hashable {
  var tasks: TaskRange
  /// Nil: no lease of this turn held them.
  var attempt: Int?
  var message: String?
  var usage = Usage()
}

/// What the leases that end in a turn, and what their workers delivered, say about single tasks.
struct Turn {
  private struct EndedLease {
    let tasks: TaskRange
    let attempts: [Int: Int]
    /// By first task.
    let outcomes: [TaskOutcome]
  }

  private var leases: [StepID: [EndedLease]] = [:]

  mutating func leaseEnded(
    _ step: StepID, _ tasks: TaskRange, attempts: [Int: Int], outcomes: [TaskOutcome]
  ) {
    let lease = EndedLease(
      tasks: tasks, attempts: attempts, outcomes: outcomes.sorted { $0.tasks < $1.tasks })
    leases[step, default: []].append(lease)
    leases[step]?.sort { $0.tasks < $1.tasks }
  }

  /// The range cut where attempt, message or usage change.
  func pieces(_ step: StepID, _ range: TaskRange, _ reason: EndReason) -> [AttemptPiece] {
    var pieces: [AttemptPiece] = []
    var next = range.first
    for lease in leases[step] ?? [] {
      guard let part = lease.tasks.intersection(range), part.last >= next else { continue }
      if part.first > next {
        pieces.append(AttemptPiece(tasks: TaskRange(next, part.first - 1)))
      }
      pieces += Turn.pieces(lease, TaskRange(max(next, part.first), part.last), reason)
      next = part.last + 1
    }
    if next <= range.last { pieces.append(AttemptPiece(tasks: TaskRange(next, range.last))) }
    return pieces
  }

  private static func pieces(_ lease: EndedLease, _ range: TaskRange, _ reason: EndReason)
    -> [AttemptPiece]
  {
    var pieces: [AttemptPiece] = []
    var next = range.first
    var index = firstIndex(lease.outcomes, notBefore: next)
    while index < lease.outcomes.count, next <= range.last {
      let outcome = lease.outcomes[index]
      index += 1
      guard let part = outcome.tasks.intersection(TaskRange(next, range.last)) else { break }
      if part.first > next {
        pieces.append(AttemptPiece(tasks: TaskRange(next, part.first - 1)))
      }
      pieces.append(
        AttemptPiece(
          tasks: part, message: outcome.reason == reason ? outcome.message : nil,
          usage: outcome.usage.share(part.count, of: outcome.tasks.count)))
      next = part.last + 1
    }
    if next <= range.last { pieces.append(AttemptPiece(tasks: TaskRange(next, range.last))) }
    return pieces.flatMap { numbered($0, lease.attempts) }
  }

  /// The first outcome that ends at the task or after it.
  private static func firstIndex(_ outcomes: [TaskOutcome], notBefore task: Int) -> Int {
    var low = 0
    var high = outcomes.count
    while low < high {
      let middle = (low + high) / 2
      if outcomes[middle].tasks.last < task { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The piece cut where attempt numbers change.
  private static func numbered(_ piece: AttemptPiece, _ attempts: [Int: Int]) -> [AttemptPiece] {
    guard !attempts.isEmpty else { return [piece.part(piece.tasks, attempt: 1)] }
    var pieces: [AttemptPiece] = []
    var first = piece.tasks.first
    for task in piece.tasks.numbers {
      let attempt = attempts[task, default: 1]
      let isLast = task == piece.tasks.last
      guard isLast || attempts[task + 1, default: 1] != attempt else { continue }
      pieces.append(piece.part(TaskRange(first, task), attempt: attempt))
      first = task + 1
    }
    return pieces
  }
}

extension AttemptPiece {
  /// A part of the piece with its share of the usage.
  func part(_ part: TaskRange, attempt: Int) -> AttemptPiece {
    AttemptPiece(
      tasks: part, attempt: attempt, message: message,
      usage: usage.share(part.count, of: tasks.count))
  }
}

extension Usage {
  /// The share of some of the tasks whose sum this is; the peak is that of all.
  func share(_ count: Int, of total: Int) -> Usage {
    guard count < total else { return self }
    let part = Double(count) / Double(total)
    return Usage(wall: wall * part, cpu: cpu * part, peakMemory: peakMemory)
  }
}
