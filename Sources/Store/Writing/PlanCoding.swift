import Base
import FoundationEssentials
import JobModel
import Scheduling

/// What of a plan is stored; project, priority and hold are columns of the job.
struct StoredPlan: Codable {
  struct Step: Codable {
    let tasks: Int
    let cpus: Int
    let memory: ByteCount
    let licences: [String: Int]
    let retry: RetryPolicy
    let needs: [Need]
    let estimate: Seconds
    let isFresh: Bool
    /// Nil in what was stored before there were checkpoints: no.
    let isCheckpointed: Bool?
  }

  struct Need: Codable {
    let step: Int
    let wiring: Wiring
    /// Nil in what was stored before there were conditions: `ok`.
    let condition: NeedCondition?
  }

  let steps: [Step]
  let maxRunning: Int?

  init(_ plan: JobPlan) {
    maxRunning = plan.maxRunning
    steps = plan.steps.map { step in
      Step(
        tasks: step.taskCount, cpus: step.cpus, memory: step.memory, licences: step.licences,
        retry: step.retry,
        needs: step.dependencies.map {
          Need(step: $0.step, wiring: $0.wiring, condition: $0.condition)
        },
        estimate: step.estimate, isFresh: step.isFresh, isCheckpointed: step.isCheckpointed)
    }
  }

  var plans: [StepPlan] {
    steps.map { step in
      StepPlan(
        taskCount: step.tasks, cpus: step.cpus, memory: step.memory, licences: step.licences,
        retry: step.retry,
        dependencies: step.needs.map {
          Dependency(step: $0.step, wiring: $0.wiring, condition: $0.condition ?? .ok)
        },
        estimate: step.estimate, isFresh: step.isFresh,
        isCheckpointed: step.isCheckpointed ?? false)
    }
  }
}

/// Values as JSON in a column.
enum JSONText {
  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Numbers that JSON has no spelling for; the job file refuses them, this keeps them anyway.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      preconditionFailure("a value of ours has no JSON form: \(error)")
    }
  }

  static func decode<T: Decodable>(_: T.Type, _ text: String) throws(DatabaseFailure) -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(T.self, from: Data(text.utf8))
    } catch {
      throw .unreadable("\(T.self) of a job")
    }
  }
}
