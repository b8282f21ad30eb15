import Base
import JobModel
import Results
import Store
import Wire

/// What tasks of a range have left in published segments: of each task, its latest attempt.
struct TaskRecords: Sendable {
  /// A record and the segment that holds the content of its files.
  struct Entry: Sendable {
    let record: TaskRecord
    let segment: SegmentReader
  }

  private var entries: [Int: Entry] = [:]

  init(_ step: StepID, _ tasks: TaskRange, _ installation: Installation) throws(KilnError) {
    for place in try installation.store.segments(step, tasks: tasks) {
      guard let part = place.tasks.intersection(tasks) else { continue }
      let segment = try SegmentReader(state: installation.state, path: place.path, tasks: part)
      for record in segment.records {
        if let known = entries[record.task], known.record.attempt > record.attempt { continue }
        entries[record.task] = Entry(record: record, segment: segment)
      }
    }
  }

  subscript(task: Int) -> Entry? { entries[task] }

  var tasks: [Int] { entries.keys.sorted() }
}

extension TaskRecords.Entry {
  func file(_ name: String, isLog: Bool) -> RecordedFile? {
    record.files.first { $0.name == name && $0.isLog == isLog }
  }
}
