import Base
import JobModel

extension Hindrance {
  /// The hindrance in words, to follow the name of the task: `waits for 3 unfinished tasks of step 1`.
  /// - Parameter stepName: how a step is called, by its index; counted from 1 by default.
  package func sentence(stepName: (Int) -> String = { "step \($0 + 1)" }) -> String {
    switch self {
    case .dependency(let step, .elementwise, _):
      "waits for its own task of \(stepName(step))"
    case .dependency(let step, .gather, let unfinished):
      "waits for \(counted(unfinished, "unfinished task")) of \(stepName(step))"
    case .job(let job, .each, let state):
      "waits for the success of its own task of job \(job), which is \(state.rawValue)"
    case .job(let job, .ok, let state):
      "waits for the success of job \(job), which is \(state.rawValue)"
    case .job(let job, .notOk, let state):
      "waits for job \(job) to end without success; it is \(state.rawValue)"
    case .job(let job, .any, let state):
      "waits for the end of job \(job), which is \(state.rawValue)"
    case .held: "is held until it is released"
    case .busy(let needsCpus, let freeCpus, let needsMemory, let freeMemory):
      busy(needsCpus, max(0, freeCpus), needsMemory, max(.zero, freeMemory))
    case .pool(let pool, let needs, let free, let most):
      short(of: pool, needs, max(.zero, free), most)
    case .gpus(let needs, let fitting, let largest): gpus(needs, fitting, largest)
    case .tooLarge(let resource, let needs, let most):
      "can never be placed: it asks for \(amount(needs, of: resource)), "
        + "this installation has \(most)"
    case .maxRunning(let most):
      "waits for one of the \(counted(most, "task")) of its job that run; `max_running` is \(most)"
    case .notBefore(let rest): "is not to start before \(rest) have passed"
    case .reservation(let name, let opensIn, let endsIn):
      opensIn > .zero
        ? "might run into the reservation `\(name)`, which begins in \(opensIn)"
        : "leaves the room that `\(name)` reserves for others, for \(endsIn) more"
    case .keptFor(let step, let startsIn):
      "would keep job \(step.job) waiting, which is before it and "
        + (startsIn.map { "starts in \($0) at the latest" } ?? "needs what is free")
    case .makingRoom(let leases):
      "starts once \(leases == 1 ? "1 worker has" : "\(leases) workers have") stopped "
        + "tasks of a lower priority"
    case .deadline(let rest): "is stopped when the deadline of its job passes, in \(rest)"
    case .queue(let ahead):
      "waits in the queue behind \(counted(ahead, "task"))"
    case .forsaken(let job, let condition): forsaken(by: job, condition)
    case .refused(let step, 0): "can never run: all tasks of \(stepName(step)) have succeeded"
    case .refused(let step, let unsuccessful):
      "can never run: \(counted(unsuccessful, "task")) of \(stepName(step)) did not succeed"
    case .running(let slot): "is running on slot \(slot)"
    case .ended(let reason): "has ended: \(reason)"
    }
  }

  /// What somebody can do about it, without the name of the task; nil where there is nothing to do.
  package func fix(for task: TaskID) -> String? {
    let job = task.step.job
    switch self {
    case .dependency:
      return "wait for that step; `kiln show \(job)` tells how far it is"
    case .job(let upstream, _, _): return "see what that one waits for: `kiln show \(upstream)`"
    case .held: return "`kiln release \(job)` lets it go on"
    case .busy: return "wait for running tasks to end, or ask for less in `resources`"
    case .pool(.licence, _, _, let most):
      return "wait for one to come back; the server counts \(most) (`kiln server status`)"
    case .pool(.named, _, _, let most):
      return "wait, or ask for less of it; the server has \(most) (`kiln server status`)"
    case .pool(.label(let name), _, _, _):
      return "wait, or raise `max_running` of the label \(name) in the server's settings"
    case .gpus(let needs, _, _):
      return needs < .one
        ? "wait, or ask for a smaller part in `gpus`" : "wait, or ask for fewer in `gpus`"
    case .tooLarge: return "submit it again with less in `resources`, or enlarge the server"
    case .maxRunning: return "wait, or submit it again with a larger `max_running`"
    case .notBefore: return "wait for the time"
    case .reservation(let name, let opensIn, _):
      return opensIn > .zero
        ? "give its step a `time` below \(opensIn), or `kiln reservation remove \(name)`"
        : "wait for its end, or `kiln reservation remove \(name)`"
    case .keptFor(let step, let startsIn):
      return startsIn.map { "give its step a `time` below \($0)" + ", and it may pass" }
        ?? "wait, or give job \(job) a higher `priority` than job \(step.job)"
    case .forsaken(let upstream, _):
      return "mend job \(upstream), then submit this one again: `kiln retry` does not revive it"
    case .refused(_, let unsuccessful):
      return unsuccessful == 0 ? nil : "mend what failed before it, then `kiln retry \(job)`"
    case .makingRoom, .deadline, .running: return nil
    case .queue: return "wait, or submit it again with a higher `priority`"
    case .ended(let reason): return reason.fix(job)
    }
  }

  private func busy(
    _ needsCpus: Int, _ freeCpus: Int, _ needsMemory: ByteCount, _ freeMemory: ByteCount
  ) -> String {
    let cpus = counted(needsCpus, "cpu")
    guard freeMemory < needsMemory else { return "needs \(cpus); \(areFree(freeCpus))" }
    guard freeCpus < needsCpus else {
      return "needs \(needsMemory) of memory; \(freeMemory) is free"
    }
    return "needs \(cpus) and \(needsMemory) of memory; "
      + "\(counted(freeCpus, "cpu")) and \(freeMemory) are free"
  }

  private func forsaken(by job: JobID, _ condition: JobCondition) -> String {
    switch condition {
    case .ok, .any: "can never run: job \(job) did not succeed"
    case .each: "can never run: its own task of job \(job) did not succeed"
    case .notOk: "can never run: job \(job) has succeeded"
    }
  }

  private func short(
    of pool: Pool, _ needs: Amount, _ free: Amount, _ most: Amount
  ) -> String {
    switch pool {
    case .licence(let name):
      "needs \(counted(needs.thousandths / 1000, "licence")) of \(name); "
        + areFree(free.thousandths / 1000)
    case .named(let name): "needs \(needs) of the pool \(name); \(isFree(free))"
    case .label(let name):
      "waits for one of the \(counted(most.thousandths / 1000, "task")) with the label "
        + "`\(name)` that run; its `max_running` is \(most)"
    }
  }

  private func gpus(_ needs: Amount, _ fitting: Int, _ largest: Amount) -> String {
    guard needs < .one else {
      return "needs \(counted(needs.thousandths / 1000, "gpu")); \(areFree(fitting))"
    }
    return "needs \(needs) of a gpu; "
      + (largest > .zero ? "at most \(largest) of one is free" : "none is free")
  }

  private func isFree(_ amount: Amount) -> String {
    amount > .zero ? "\(amount) is free" : "none is free"
  }

  private func areFree(_ count: Int) -> String {
    switch count {
    case ...0: "none is free"
    case 1: "1 is free"
    default: "\(count) are free"
    }
  }

  private func amount(_ needs: String, of resource: String) -> String {
    if resource == "memory" { return "\(needs) of memory" }
    guard needs == "1", let space = resource.firstIndex(of: " ") else {
      return "\(needs) \(resource)"
    }
    // `licences of nastran`: one of them is a licence.
    return "1 \(resource[..<space].dropLast())\(resource[space...])"
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}

extension EndReason {
  fileprivate func fix(_ job: JobID) -> String? {
    switch self {
    case .succeeded, .preempted: nil
    case .failed, .signalled: "see `kiln logs`, then `kiln retry \(job)`"
    case .memory: "ask for more `memory`, or let `retry: {memory: 2}` grow it"
    case .time: "ask for more `time`"
    case .lost, .cancelled: "`kiln retry \(job)` runs it again"
    case .deadline: "submit it again with a later `deadline`"
    case .refused: nil
    }
  }
}
