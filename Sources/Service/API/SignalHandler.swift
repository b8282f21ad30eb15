import Base
import JobModel
import Wire

extension Route {
  /// Sends a signal to commands that are running; kernels have no use for one.
  @Sendable static func signalCommands(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let id = try installation.job(request["job"])
    let job = try installation.jobFacts(id)
    let asked = try request.decoded(SignalRequest.self)
    let steps = asked.selection.step.map { [$0] } ?? Array(job.spec.steps.indices)
    guard steps.allSatisfy(job.spec.steps.indices.contains) else {
      throw KilnError(.notFound, "job \(id) has no such step")
    }
    let hasCommand = steps.contains { step in
      if case .command = job.spec.steps[step].work { true } else { false }
    }
    guard hasCommand else {
      throw KilnError(
        .refused, "signals are for commands, and job \(id) runs a kernel",
        fix: "stop it with `kiln cancel \(id)`")
    }
    return try .json(200, try installation.mailbox.signal(id, asked))
  }
}

extension ServerLoop {
  /// Passes a signal on to the leases that run such tasks; there is nothing to make durable.
  func signal(_ job: JobID, _ request: SignalRequest, _ reply: Reply<ChangeReceipt>) {
    guard let state = self.state.scheduler.jobState(job), let known = self.state.jobs[job] else {
      return reply.give(.success(ChangeReceipt(tasks: 0, state: .succeeded)))
    }
    var tasks = 0
    for lease in self.state.leases.values.map(\.lease) where lease.step.job == job {
      guard request.selection.step.map({ $0 == lease.step.index }) ?? true,
        case .command = known.spec.steps[lease.step.index].work,
        request.selection.tasks.map({ $0.intersection(lease.tasks) != nil }) ?? true
      else { continue }
      // A lease runs its tasks one after another, so one command of it is running.
      tasks += 1
      engine.signal(lease.epoch, request.selection.tasks, request.signal)
    }
    reply.give(.success(ChangeReceipt(tasks: tasks, state: state)))
  }
}
