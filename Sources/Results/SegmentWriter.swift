import Base
import JobModel
import Wire

/// Writes one lease's segment: append only, one record per attempt, sealed by one fsync.
package struct SegmentWriter: ~Copyable {
  private let state: StateDirectory
  private let job: JobID
  private let epoch: Epoch
  private let file: OpenFile
  /// Where the next frame goes; everything before it is complete.
  private var end: Int64
  private var index = ByteWriter()
  private var largeFiles: [String] = []
  /// How many records it holds so far.
  package private(set) var records = 0

  /// Creates the segment at ``StateDirectory/segment(job:epoch:)``.
  package init(state: StateDirectory, job: JobID, epoch: Epoch) throws(KilnError) {
    try Folders.make("\(state.results)/\(job)")
    let path = StateDirectory.segment(job: job, epoch: epoch)
    let file = try OpenFile(creating: "\(state.root)/\(path)")
    let head = SegmentFormat.head(job: job, epoch: epoch)
    do throws(KilnError) {
      try file.write(head, at: 0)
    } catch {
      // So that the call may be repeated once there is room.
      try Folders.remove(file.path)
      throw error
    }
    self.init(state: state, job: job, epoch: epoch, file: file, end: Int64(head.count))
  }

  /// Takes over the segment that a dead worker left: its complete records stay, what is torn is cut
  /// off, and `seal` makes it publishable.
  /// - Throws: where there is no segment, or its head is damaged.
  package init(salvaging state: StateDirectory, job: JobID, epoch: Epoch) throws(KilnError) {
    let path = StateDirectory.segment(job: job, epoch: epoch)
    let frames = try SegmentReader.frames(state: state, path: path)
    let file = try OpenFile(completing: "\(state.root)/\(path)")
    let end = frames.last?.end ?? Int64(SegmentFormat.headBytes)
    try file.truncate(to: end)
    self.init(state: state, job: job, epoch: epoch, file: file, end: end)
    for frame in frames { enter(frame.bytes, content: frame.content, files: frame.record.files) }
  }

  private init(state: StateDirectory, job: JobID, epoch: Epoch, file: OpenFile, end: Int64) {
    self.state = state
    self.job = job
    self.epoch = epoch
    self.file = file
    self.end = end
  }

  /// Appends a record; `record.files` is filled in from `files`.
  /// - Throws: where a file cannot be read or the disk is full; the segment is then as it was
  ///   before, and the call may be repeated.
  package mutating func append(_ record: TaskRecord, files: [NewFile]) throws(KilnError) {
    var placing = FilePlacing(state: state, job: job, epoch: epoch, task: record.task)
    do {
      for file in files { try placing.place(file) }
      var record = record
      record.files = placing.files
      var writer = ByteWriter()
      writer.record(record)
      try write(record, writer.bytes, content: placing.content)
    } catch {
      placing.undo()
      throw error
    }
  }

  private mutating func write(_ record: TaskRecord, _ bytes: [UInt8], content: [UInt8])
    throws(KilnError)
  {
    var frame = SegmentFormat.frame(.record, record: bytes, contentBytes: Int64(content.count))
    let contentStart = end + Int64(frame.count)
    frame.append(contentsOf: content)
    do {
      try file.write(frame, at: end)
    } catch {
      try file.truncate(to: end)
      throw error
    }
    end += Int64(frame.count)
    enter(bytes, content: contentStart, files: record.files)
  }

  /// Writes the index, makes segment and large files durable (fsync of files and folders).
  package consuming func seal() throws(KilnError) -> SegmentSeal {
    let path = StateDirectory.segment(job: job, epoch: epoch)
    var tail = SegmentFormat.frame(
      .index, record: index.bytes, contentBytes: Int64(records))
    tail.append(contentsOf: SegmentFormat.end(indexOffset: end))
    try file.write(tail, at: end)
    try synchronizeLargeFiles()
    try file.synchronize()
    try Folders.synchronize("\(state.results)/\(job)")
    try Folders.synchronize(state.results)
    return SegmentSeal(path: path, size: ByteCount(end + Int64(tail.count)), records: records)
  }

  private func synchronizeLargeFiles() throws(KilnError) {
    guard !largeFiles.isEmpty else { return }
    var folders: Set<String> = []
    for path in largeFiles {
      try OpenFile(reading: "\(state.root)/\(path)").synchronize()
      let folder = path.split(separator: "/").dropLast()
      folders.insert(folder.joined(separator: "/"))
      folders.insert(folder.dropLast().joined(separator: "/"))
    }
    for folder in folders { try Folders.synchronize("\(state.root)/\(folder)") }
  }

  private mutating func enter(_ record: [UInt8], content: Int64, files: [RecordedFile]) {
    index.integer(content)
    index.integer(UInt32(record.count))
    index.append(record)
    records += 1
    for file in files {
      if case .external(let path) = file.place { largeFiles.append(path) }
    }
  }
}
