import Base
import FoundationEssentials
import JobModel
import Results
import TestSupport
import Wire

/// A state directory of its own for one test, with a segment of job 7, epoch 3.
final class SegmentWorld: Sendable {
  private let folder: TemporaryFolder
  let job = JobID(7)
  let epoch = Epoch(3)

  init() throws { folder = try TemporaryFolder() }

  var state: StateDirectory { StateDirectory(root: folder.path) }
  var path: String { StateDirectory.segment(job: job, epoch: epoch) }
  var file: String { "\(state.root)/\(path)" }

  func writer() throws -> SegmentWriter {
    try SegmentWriter(state: state, job: job, epoch: epoch)
  }

  func reader(tasks: TaskRange? = nil) throws -> SegmentReader {
    try SegmentReader(state: state, path: path, tasks: tasks)
  }

  func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }

  /// A file as a kernel leaves it in the attempt's folder.
  func made(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(state.root)/\(name)"
    try write(bytes, to: path)
    return path
  }
}

func sampleRecord(task: Int, reason: EndReason = .succeeded, message: String? = nil)
  -> TaskRecord
{
  TaskRecord(
    task: task, attempt: 1 + task % 3, reason: reason, message: message,
    startedAt: Timestamp(milliseconds: 1_700_000_000_000 + Int64(task)),
    usage: Usage(
      wall: Seconds(0.25 * Double(task)), cpu: Seconds(0.125), peakMemory: .mebibytes(3)),
    files: [])
}

/// `count` bytes that are easy to tell from others.
func sampleBytes(_ count: Int, seed: UInt64) -> [UInt8] {
  var random = SplitMix64(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}
