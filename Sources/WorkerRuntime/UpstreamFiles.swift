import Base
import JobModel
import Results
import Wire

/// The successful results of upstream steps that a lease reads.
struct UpstreamFiles {
  struct Result {
    let segment: SegmentReader
    let record: TaskRecord
  }

  /// Step to task to result.
  private var results: [Int: [Int: Result]] = [:]
  private var names: [Int: String] = [:]

  init(state: StateDirectory, upstream: [UpstreamResult]) throws(KilnError) {
    for step in upstream {
      names[step.step] = step.stepName
      for place in step.segments {
        let segment = try SegmentReader(
          state: state, path: place.path, tasks: place.stored(place.tasks))
        for var record in segment.records where record.reason == .succeeded {
          record.task += place.shift ?? 0
          results[step.step, default: [:]][record.task] = Result(segment: segment, record: record)
        }
      }
    }
  }

  func name(step: Int) -> String { names[step] ?? "" }

  func tasks(step: Int) -> [Int] { (results[step] ?? [:]).keys.sorted() }

  /// A file of an upstream task, with the segment that holds it.
  func file(
    _ name: String, step: Int, task: Int
  ) throws(KilnError) -> (segment: SegmentReader, file: RecordedFile) {
    guard let result = results[step]?[task],
      let file = result.record.files.last(where: { $0.name == name && !$0.isLog })
    else {
      throw KilnError(
        .taskFailed, "task \(task) of the step `\(self.name(step: step))` left no file `\(name)`",
        fix: "name a file that the step writes")
    }
    return (result.segment, file)
  }
}
