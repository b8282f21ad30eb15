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
    case .licence(let name, let needs, let free):
      "needs \(counted(needs, "licence")) of \(name); \(areFree(free))"
    case .tooLarge(let resource, let needs, let most):
      "can never be placed: it asks for \(amount(needs, of: resource)), "
        + "this installation has \(most)"
    case .maxRunning(let most):
      "waits for one of the \(counted(most, "task")) of its job that run; `max_running` is \(most)"
    case .notBefore(let rest): "is not to start before \(rest) have passed"
    case .queue(let ahead):
      "waits in the queue behind \(counted(ahead, "task"))"
    case .running(let slot): "is running on slot \(slot)"
    case .ended(let reason): "has ended: \(reason)"
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
