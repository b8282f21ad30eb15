import Base
import JobModel
import Wire

/// Where a command saves how far it has come, from one attempt of a task to the next.
///
/// Every attempt has a folder of its own name, the epoch of its lease, and begins by renaming that of
/// the attempt before: an earlier attempt that still runs somewhere does not find it any more.
enum CheckpointFolder {
  /// Makes the folder of an attempt, with what the one before has left.
  /// - Returns: its absolute path.
  static func take(
    _ state: StateDirectory, _ step: StepID, task: Int, epoch: Epoch
  ) throws(KilnError) -> String {
    let base = state.checkpoints(step, task: task)
    let mine = "\(base)/\(epoch)"
    try FileTree.make(base)
    let earlier = try FileTree.entries(base).compactMap { Int64($0.name) }.sorted()
      .filter { $0 < epoch.number }
    guard let last = earlier.last else {
      try FileTree.make(mine)
      return mine
    }
    try FileTree.move("\(base)/\(last)", to: mine)
    for older in earlier.dropLast() { FileTree.discard("\(base)/\(older)") }
    return mine
  }
}
