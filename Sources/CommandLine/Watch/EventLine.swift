import Base
import JobModel
import Wire

/// A change of a job in one line.
enum EventLine {
  /// Nil for what is not a change of its own.
  static func text(_ event: JobEvent, _ model: WatchModel) -> String? {
    let job = model.summary.id
    switch event.kind {
    case .submitted: return "\(job) submitted"
    case .held: return "\(job) held"
    case .released: return "\(job) released"
    case .started(let step, let tasks): return "\(name(model, step, tasks)) started"
    case .ended(let step, let tasks, let reason, let message):
      return "\(name(model, step, tasks)) \(reason)" + (message.map { ": \($0)" } ?? "")
    case .retried(let step, let task, let attempt, let reason):
      return "\(name(model, step, TaskRange(task))) \(reason) in attempt \(attempt), runs again"
    case .jobEnded(let state): return "\(job) has ended: \(state.rawValue)"
    case .snapshot: return nil
    }
  }

  static func json(_ event: JobEvent, _ model: WatchModel) -> JSONValue? {
    guard let facts = facts(event.kind, model) else { return nil }
    let head: [JSONValue.Member] = [
      JSONValue.Member(name: "time", value: Cell.time(event.at).json),
      JSONValue.Member(name: "job", value: .integer(model.summary.id.number)),
    ]
    return .object(head + facts)
  }

  private static func facts(_ kind: JobEvent.Kind, _ model: WatchModel) -> [JSONValue.Member]? {
    switch kind {
    case .submitted: return members(["event": .text("submitted")])
    case .held: return members(["event": .text("held")])
    case .released: return members(["event": .text("released")])
    case .started(let step, let tasks):
      return members(["event": .text("started")]) + place(model, step, tasks)
    case .ended(let step, let tasks, let reason, let message):
      return members(["event": .text("ended")]) + place(model, step, tasks)
        + members(["reason": .text(reason.description), "message": Cell(message).json])
    case .retried(let step, let task, let attempt, let reason):
      return members(["event": .text("retried")]) + place(model, step, TaskRange(task))
        + members([
          "attempt": .integer(Int64(attempt)), "reason": .text(reason.description),
        ])
    case .jobEnded(let state):
      return members(["event": .text("job_ended"), "state": .text(state.rawValue)])
    case .snapshot: return nil
    }
  }

  private static func place(_ model: WatchModel, _ step: Int, _ tasks: TaskRange)
    -> [JSONValue.Member]
  {
    let name = model.steps.indices.contains(step) ? model.steps[step].name : ""
    return members([
      "step": .text(name), "first": .integer(Int64(tasks.first)),
      "last": .integer(Int64(tasks.last)),
    ])
  }

  private static func members(_ pairs: KeyValuePairs<String, JSONValue>) -> [JSONValue.Member] {
    pairs.map { JSONValue.Member(name: $0.key, value: $0.value) }
  }

  /// `17.fatigue.4-9`.
  private static func name(_ model: WatchModel, _ step: Int, _ tasks: TaskRange) -> String {
    let name = model.steps.indices.contains(step) ? model.steps[step].name : ""
    return name.isEmpty
      ? "\(model.summary.id).\(tasks)" : "\(model.summary.id).\(name).\(tasks)"
  }
}
