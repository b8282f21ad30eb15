import Base
import JobModel
import Results
import Store
import Wire

/// What tasks of a range have left in published segments: of each task, its latest attempt.
struct TaskRecords: Sendable {
  /// A record and the segment that holds the content of its files.
  struct Entry: Sendable {
    /// Of a reused result under the number that it has here, as attempt 0: it was not executed.
    fileprivate(set) var record: TaskRecord
    let segment: SegmentReader
  }

  private var entries: [Int: Entry] = [:]

  init(_ step: StepID, _ tasks: TaskRange, _ installation: Installation) throws(KilnError) {
    var reused: Set<Int> = []
    for place in try installation.store.segments(step, tasks: tasks) {
      guard let part = place.tasks.intersection(tasks) else { continue }
      let segment = try SegmentReader(
        state: installation.state, path: place.path, tasks: place.stored(part))
      for var record in segment.records {
        record.task += place.shift ?? 0
        if let known = entries[record.task], known.record.attempt > record.attempt { continue }
        entries[record.task] = Entry(record: record, segment: segment)
        if place.shift != nil { reused.insert(record.task) }
      }
    }
    for task in reused { entries[task]?.record.attempt = 0 }
  }

  subscript(task: Int) -> Entry? { entries[task] }

  var tasks: [Int] { entries.keys.sorted() }
}

extension TaskRecords.Entry {
  func file(_ name: String, isLog: Bool) -> RecordedFile? {
    record.files.first { $0.name == name && $0.isLog == isLog }
  }
}
