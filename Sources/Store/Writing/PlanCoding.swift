import Base
import JobModel
import Scheduling

/// What of a plan is stored beside the specification: what estimates have led to. What most jobs have
/// none of is left out.
struct StoredPlan: Codable {
  struct Step: Codable {
    let tasks: Int
    let cpus: Int
    let memory: ByteCount
    let licences: [String: Int]?
    let gpus: Amount?
    let pools: [String: Amount]?
    let time: Seconds?
    let retry: RetryPolicy
    let needs: [Need]?
    let estimate: Seconds
    /// Nil: no.
    let isFresh: Bool?
    /// Nil: no.
    let isCheckpointed: Bool?
  }

  struct Need: Codable {
    let step: Int
    let wiring: Wiring
    /// Nil in what was stored before there were conditions: `ok`.
    let condition: NeedCondition?
  }

  let steps: [Step]

  init(_ steps: [StepPlan]) {
    self.steps = steps.map { step in
      let needs = step.dependencies.map {
        Need(step: $0.step, wiring: $0.wiring, condition: $0.condition)
      }
      return Step(
        tasks: step.taskCount, cpus: step.cpus, memory: step.memory,
        licences: step.pools.isEmpty ? nil : step.pools.licences,
        gpus: step.gpus == .zero ? nil : step.gpus,
        pools: step.pools.isEmpty ? nil : step.pools.named, time: step.time, retry: step.retry,
        needs: needs.isEmpty ? nil : needs, estimate: step.estimate,
        isFresh: step.isFresh ? true : nil, isCheckpointed: step.isCheckpointed ? true : nil)
    }
  }

  var plans: [StepPlan] {
    steps.map { step in
      StepPlan(
        taskCount: step.tasks, cpus: step.cpus, memory: step.memory, gpus: step.gpus ?? .zero,
        pools: [Pool: Amount](licences: step.licences ?? [:], named: step.pools ?? [:]),
        time: step.time, retry: step.retry,
        dependencies: (step.needs ?? []).map {
          Dependency(step: $0.step, wiring: $0.wiring, condition: $0.condition ?? .ok)
        },
        estimate: step.estimate, isFresh: step.isFresh ?? false,
        isCheckpointed: step.isCheckpointed ?? false)
    }
  }
}

extension [Pool: Amount] {
  fileprivate var licences: [String: Int] {
    reduce(into: [:]) { counts, entry in
      if case .licence(let name) = entry.key { counts[name] = entry.value.thousandths / 1000 }
    }
  }

  fileprivate var named: [String: Amount] {
    reduce(into: [:]) { amounts, entry in
      if case .named(let name) = entry.key { amounts[name] = entry.value }
    }
  }
}

/// Values as JSON in a column.
enum JSONText {
  static func encode(_ value: some Encodable) -> String {
    do {
      // Numbers that JSON has no spelling for: the job file refuses them, this keeps them anyway.
      return String(decoding: try JSONWriter.encoding(value, nonFinite: .asText), as: UTF8.self)
    } catch {
      preconditionFailure("a value of ours has no JSON form: \(error)")
    }
  }

  static func decode<T: Decodable>(_: T.Type, _ text: String) throws(DatabaseFailure) -> T {
    do {
      return try JSONValue.decoding(T.self, Array(text.utf8), path: "column", nonFinite: .asText)
    } catch {
      throw .unreadable("\(T.self) of a job")
    }
  }
}
