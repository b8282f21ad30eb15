import Base
import Engines
import JobModel
import Results
import Scheduling
import Wire

@testable import Service

/// An engine without processes: leases are executed on the spot, or kept until the test says so.
final class ScriptedEngine: TaskEngine {
  private struct Content {
    var isHolding: Bool
    var held: [Grant] = []
    var started: [Grant] = []
    var accepted: [Epoch] = []
    var refused: [Epoch] = []
    var adopted: [Epoch] = []
  }

  typealias Outcome = @Sendable (Grant) -> (reason: EndReason, message: String?)

  private let state: StateDirectory
  private let content: Monitor<Content>
  private let report: @Sendable (EngineEvent) -> Void
  private let outcome: Outcome

  init(
    _ state: StateDirectory, isHolding: Bool, outcome: @escaping Outcome,
    report: @escaping @Sendable (EngineEvent) -> Void
  ) {
    self.state = state
    self.outcome = outcome
    self.report = report
    content = Monitor(Content(isHolding: isHolding))
  }

  var started: [Grant] { content.withLock { $0.started } }
  var accepted: [Epoch] { content.withLock { $0.accepted } }
  var refused: [Epoch] { content.withLock { $0.refused } }
  var adopted: [Epoch] { content.withLock { $0.adopted } }

  func start(_ grant: Grant, project: ProjectName) {
    let isHolding = content.change { content in
      content.started.append(grant)
      if content.isHolding { content.held.append(grant) }
      return content.isHolding
    }
    report(.assigned(worker: "w\(grant.epoch)", slot: grant.slot, epoch: grant.epoch))
    if !isHolding { execute(grant) }
  }

  /// Executes what was held, and from now on everything at once.
  func letGo() {
    let grants = content.change { content in
      defer { content.held = [] }
      content.isHolding = false
      return content.held
    }
    for grant in grants { execute(grant) }
  }

  func execute(_ grant: Grant) {
    do {
      report(.delivered(try delivery(grant), worker: "w\(grant.epoch)"))
    } catch {
      report(.died(slot: grant.slot, epoch: grant.epoch, outcomes: [], segment: nil))
    }
  }

  /// Every task writes its number into its summary and as many bytes into `data.bin`.
  func delivery(_ grant: Grant) throws(KilnError) -> Delivery {
    let (reason, message) = outcome(grant)
    var writer = try SegmentWriter(state: state, job: grant.step.job, epoch: grant.epoch)
    for task in grant.tasks.numbers {
      let record = TaskRecord(
        task: task, attempt: grant.attempts[task] ?? 1, reason: reason, message: message,
        startedAt: .now(), usage: Usage(wall: Seconds(0.001)), files: [])
      let files: [NewFile] = [
        .bytes(name: "summary.json", Array("{\n \"value\": \(task)\n}\n".utf8), isLog: false),
        .bytes(name: "data.bin", (0..<1000).map { UInt8(($0 + task) % 256) }, isLog: false),
        .bytes(name: "stdout", Array("task \(task)\n".utf8), isLog: true),
      ]
      try writer.append(record, files: files)
    }
    let seal = try writer.seal()
    let usage = Usage(wall: Seconds(0.001 * Double(grant.tasks.count)))
    let outcome = TaskOutcome(tasks: grant.tasks, reason: reason, message: message, usage: usage)
    return Delivery(slot: grant.slot, epoch: grant.epoch, outcomes: [outcome], segment: seal)
  }

  func accepted(_ epoch: Epoch) { content.change { $0.accepted.append(epoch) } }
  func refused(_ epoch: Epoch) { content.change { $0.refused.append(epoch) } }
  func adopt(_ lease: Lease, worker: String?) { content.change { $0.adopted.append(lease.epoch) } }
  func cancel(_ slot: SlotID, _ epoch: Epoch, _ tasks: TaskRange?) {}
  func preempt(_ epoch: Epoch, _ tasks: TaskRange) {}
  func signal(_ epoch: Epoch, _ tasks: TaskRange?, _ name: SignalName) {}
  func kill(_ slot: SlotID, _ epoch: Epoch) {
    report(.died(slot: slot, epoch: epoch, outcomes: [], segment: nil))
  }
  func stop() {}
}
