import Base
import JobModel
import Scheduling
import Store
import Wire

/// What happens in the world once a turn is durable; doing it twice is harmless.
extension ServerLoop {
  func perform(_ action: Action) {
    switch action {
    case .record: break
    case .grant(let lease): start(lease)
    case .cancel(let slot, let epoch, let tasks):
      if state.scheduler.makesWay(slot, epoch) {
        engine.preempt(epoch, tasks)
      } else {
        engine.cancel(slot, epoch, tasks)
      }
    case .kill(let slot, let epoch):
      Log.write(
        .warning, "a worker is silent and is ended", ["slot": "\(slot)", "lease": "\(epoch)"])
      engine.kill(slot, epoch)
    case .accept(_, let epoch): engine.accepted(epoch)
    case .refuse(_, let epoch): answerLate(epoch)
    }
  }

  /// A delivery that the scheduler does not wait for: published before, or overtaken.
  private func answerLate(_ epoch: Epoch) {
    do {
      if try store.isPublished(epoch) {
        engine.accepted(epoch)
      } else {
        Log.write(.warning, "a late delivery is refused", ["lease": "\(epoch)"])
        engine.refused(epoch)
      }
    } catch {
      // The worker keeps what it has and delivers again.
      Log.write(.error, "a delivery cannot be judged", ["lease": "\(epoch)", "reason": "\(error)"])
    }
  }

  private func start(_ lease: Lease) {
    do {
      engine.start(try grant(lease), project: lease.project)
    } catch {
      Log.write(
        .error, "a lease cannot be started", ["lease": "\(lease.epoch)", "reason": "\(error)"])
      let outcome = TaskOutcome(
        tasks: lease.tasks, reason: .lost, message: error.description, usage: Usage())
      mailbox.post(
        .report(
          .died(slot: lease.slot, epoch: lease.epoch, outcomes: [outcome], segment: nil)))
    }
  }

  /// Everything that a worker needs to execute a lease.
  private func grant(_ lease: Lease) throws(KilnError) -> Grant {
    guard let job = state.jobs[lease.step.job] else {
      preconditionFailure("a lease of job \(lease.step.job), which is unknown")
    }
    var spec = job.spec.steps[lease.step.index]
    let task = TaskID(step: lease.step, number: lease.tasks.first)
    spec.resources.time = state.scheduler.time(of: task) ?? spec.resources.time
    return Grant(
      slot: lease.slot, epoch: lease.epoch, step: lease.step, tasks: lease.tasks,
      attempts: lease.attempts, isFresh: lease.isFresh, memory: lease.memory, gpus: lease.gpus,
      spec: spec,
      files: job.files, upstream: try upstream(of: lease, spec, in: job.spec))
  }

  private func upstream(
    of lease: Lease, _ spec: StepSpec, in job: JobSpec
  ) throws(KilnError) -> [UpstreamResult] {
    var results: [UpstreamResult] = []
    for input in spec.inputs {
      guard case .result(let step, _, let wiring) = input.source,
        !results.contains(where: { $0.step == step })
      else { continue }
      let tasks: TaskRange? =
        switch wiring {
        case .elementwise: lease.tasks
        case .gather: nil
        }
      let places = try store.segments(StepID(job: lease.step.job, index: step), tasks: tasks)
      results.append(
        UpstreamResult(step: step, stepName: job.steps[step].name, segments: places))
    }
    return results
  }
}
