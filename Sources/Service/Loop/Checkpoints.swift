import Base
import JobModel
import Scheduling
import Wire

/// What commands have saved to go on from, and copies of what they were writing, seen from the server:
/// it removes what nobody will read.
struct Checkpoints {
  let state: StateDirectory

  /// Removes what tasks have saved that have ended for good. Called after their end is durable.
  func remove(after changes: [Change]) {
    var jobs: Set<JobID> = []
    for change in changes {
      if case .jobEnded(let job, _) = change {
        FileTree.discard(state.checkpoints(job))
        FileTree.discard("\(state.partial)/\(job)")
        jobs.insert(job)
      }
    }
    for case .tasksEnded(let step, let tasks, _) in changes where !jobs.contains(step.job) {
      for entry in entries(of: step.job) {
        guard entry.step == step.index, tasks.contains(entry.task) else { continue }
        FileTree.discard(state.checkpoints(step, task: entry.task))
      }
    }
  }

  /// Removes what jobs have saved that have ended.
  func removeAll(but living: Set<JobID>) {
    FileTree.discard(state.partial)
    for entry in (try? FileTree.entries(state.checkpoints)) ?? [] {
      guard let number = Int64(entry.name), !living.contains(JobID(number)) else { continue }
      FileTree.discard("\(state.checkpoints)/\(entry.name)")
    }
  }

  /// Only of tasks that have saved something, however many tasks there are.
  private func entries(of job: JobID) -> [(step: Int, task: Int)] {
    let names = (try? FileTree.entries(state.checkpoints(job)).map(\.name)) ?? []
    return names.compactMap { name in
      let numbers = name.split(separator: ".").compactMap { Int($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
  }
}
