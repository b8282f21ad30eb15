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
    case .held: "is held until it is released"
    case .busy(let needsCpus, let freeCpus, let needsMemory, let freeMemory):
      "needs " + busy(needsCpus, max(0, freeCpus), needsMemory, max(.zero, freeMemory))
    case .licence(let name, let needs, let free):
      "needs \(counted(needs, "licence")) of \(name); \(free) \(free == 1 ? "is" : "are") free"
    case .tooLarge(let resource, let needs, let most):
      "can never be placed: it asks for \(needs) \(preposition(resource)), "
        + "this installation has \(most)"
    case .queue(let ahead):
      "waits in the queue behind \(counted(ahead, "task"))"
    case .running(let slot): "is running on slot \(slot)"
    case .ended(let reason): "has ended: \(reason)"
    }
  }

  private func busy(
    _ needsCpus: Int, _ freeCpus: Int, _ needsMemory: ByteCount, _ freeMemory: ByteCount
  ) -> String {
    var parts: [String] = []
    if freeCpus < needsCpus {
      parts.append("\(counted(needsCpus, "cpu")); \(freeCpus) \(freeCpus == 1 ? "is" : "are") free")
    }
    if freeMemory < needsMemory {
      parts.append("\(needsMemory) of memory; \(freeMemory) is free")
    }
    return parts.joined(separator: ", and ")
  }

  private func preposition(_ resource: String) -> String {
    resource == "memory" ? "of memory" : resource
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}
