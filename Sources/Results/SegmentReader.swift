import Base
import JobModel
import Wire

/// Reads a segment, sealed or cut short by the death of its writer.
package struct SegmentReader: Sendable {
  /// Complete records in the order of writing; of a segment without index, those whose frames check.
  package let records: [TaskRecord]
  /// Whether the index is there and intact. A published segment without one was damaged later.
  package let isSealed: Bool
  package let job: JobID
  package let epoch: Epoch
  private let state: StateDirectory
  private let file: OpenFile

  /// - Parameters:
  ///   - path: relative to the state directory.
  ///   - tasks: read only the records of these tasks; nil: all.
  package init(state: StateDirectory, path: String, tasks: TaskRange? = nil) throws(KilnError) {
    file = try OpenFile(reading: "\(state.root)/\(path)")
    (job, epoch) = try SegmentReader.owner(file)
    self.state = state
    if let sealed = try SegmentReader.index(file, job: job, epoch: epoch, tasks: tasks) {
      (records, isSealed) = (sealed, true)
    } else {
      let frames = try SegmentReader.frames(state: state, path: path)
      records = frames.map(\.record).filter { tasks?.contains($0.task) ?? true }
      isSealed = false
    }
  }

  /// The last record of a task.
  package func record(task: Int) -> TaskRecord? { records.last { $0.task == task } }

  /// Up to `count` bytes of a file from `offset`.
  package func read(_ file: RecordedFile, from offset: Int64, count: Int) throws(KilnError)
    -> [UInt8]
  {
    guard offset >= 0, offset < file.size.bytes, count > 0 else { return [] }
    let count = Int(min(Int64(count), file.size.bytes - offset))
    switch file.place {
    case .inline(let start): return try self.file.read(from: start + offset, count: count)
    case .external(let path):
      let large = try OpenFile(reading: "\(state.root)/\(path)")
      guard try large.size() == file.size.bytes else {
        throw damaged("\(file.name) has not the size that was recorded")
      }
      return try large.read(from: offset, count: count)
    }
  }

  /// All bytes of a file, checked against its digest.
  package func readAll(_ file: RecordedFile) throws(KilnError) -> [UInt8] {
    let bytes = try read(file, from: 0, count: Int(file.size.bytes))
    guard SHA256.of(bytes) == file.digest else {
      throw damaged("\(file.name) does not match its digest")
    }
    return bytes
  }

  private func damaged(_ what: String) -> KilnError {
    KilnError(
      .storage, "a stored result is damaged: \(what)", at: file.path, fix: "run the task again")
  }

  private static func owner(_ file: OpenFile) throws(KilnError) -> (JobID, Epoch) {
    let head = try file.read(from: 0, count: SegmentFormat.headBytes)
    guard let owner = SegmentFormat.parseHead(head) else {
      throw KilnError(.storage, "not a result segment of this version", at: file.path)
    }
    return owner
  }
}

// MARK: The index of a sealed segment

extension SegmentReader {
  /// The records of the index; nil where there is none, or a byte of it was changed.
  private static func index(_ file: OpenFile, job: JobID, epoch: Epoch, tasks: TaskRange?)
    throws(KilnError) -> [TaskRecord]?
  {
    let endStart = try file.size() - Int64(SegmentFormat.endBytes)
    guard endStart > 0,
      let start = SegmentFormat.parseEnd(
        try file.read(from: endStart, count: SegmentFormat.endBytes)),
      start >= SegmentFormat.headBytes, start < endStart
    else { return nil }
    let bytes = try file.read(from: start, count: Int(endStart - start))
    let body = bytes.dropFirst(SegmentFormat.frameHeadBytes)
    guard let head = SegmentFormat.parseFrameHead(bytes[...]), head.kind == .index,
      head.recordBytes == body.count,
      SegmentFormat.checks(head: bytes[...], record: body, head.checksum)
    else { return nil }
    let limits = RecordLimits(job: job, epoch: epoch, contentEnd: start)
    return entries(body, count: head.contentBytes, tasks: tasks, within: limits)
  }

  private static func entries(
    _ body: ArraySlice<UInt8>, count: Int64, tasks: TaskRange?, within limits: RecordLimits
  ) -> [TaskRecord]? {
    var reader = ByteReader(body)
    var records: [TaskRecord] = []
    for _ in 0..<count {
      guard let content = reader.integer(Int64.self), let length = reader.integer(UInt32.self),
        let bytes = reader.take(Int(length))
      else { return nil }
      var entry = ByteReader(bytes)
      if let tasks {
        var peek = entry
        guard let task = peek.integer(Int64.self) else { return nil }
        if !tasks.contains(Int(task)) { continue }
      }
      guard let record = entry.record(base: content), entry.isAtEnd, limits.allow(record) else {
        return nil
      }
      records.append(record)
    }
    return reader.isAtEnd ? records : nil
  }
}

// MARK: The frames of a torn segment

extension SegmentReader {
  /// A frame that is complete: its record, and the content of every file.
  struct Frame {
    let record: TaskRecord
    let bytes: [UInt8]
    let content: Int64
    let end: Int64
  }

  /// Frames from the start up to the first that does not check.
  static func frames(state: StateDirectory, path: String) throws(KilnError) -> [Frame] {
    let file = try OpenFile(reading: "\(state.root)/\(path)")
    let (job, epoch) = try owner(file)
    let size = try file.size()
    var frames: [Frame] = []
    var position = Int64(SegmentFormat.headBytes)
    while let frame = try frame(file, at: position, size: size) {
      let limits = RecordLimits(job: job, epoch: epoch, contentEnd: frame.end)
      guard limits.allow(frame.record), try isWhole(frame.record, file, state) else { break }
      frames.append(frame)
      position = frame.end
    }
    return frames
  }

  private static func frame(_ file: OpenFile, at start: Int64, size: Int64) throws(KilnError)
    -> Frame?
  {
    let head = try file.read(from: start, count: SegmentFormat.frameHeadBytes)
    guard let parsed = SegmentFormat.parseFrameHead(head[...]), parsed.kind == .record else {
      return nil
    }
    let content = start + Int64(head.count) + Int64(parsed.recordBytes)
    guard content <= size, parsed.contentBytes <= size - content else { return nil }
    let bytes = try file.read(from: content - Int64(parsed.recordBytes), count: parsed.recordBytes)
    var reader = ByteReader(bytes[...])
    guard SegmentFormat.checks(head: head[...], record: bytes[...], parsed.checksum),
      let record = reader.record(base: content), reader.isAtEnd
    else { return nil }
    return Frame(
      record: record, bytes: bytes, content: content, end: content + parsed.contentBytes)
  }

  /// Whether the content of every file of a record is there and matches its digest.
  private static func isWhole(_ record: TaskRecord, _ segment: OpenFile, _ state: StateDirectory)
    throws(KilnError) -> Bool
  {
    for recorded in record.files {
      switch recorded.place {
      case .inline(let offset):
        let bytes = try segment.read(from: offset, count: Int(recorded.size.bytes))
        if SHA256.of(bytes) != recorded.digest { return false }
      case .external(let path):
        if try largeFile("\(state.root)/\(path)") != recorded.digest { return false }
      }
    }
    return true
  }

  /// The digest of a large file; nil where it is missing.
  private static func largeFile(_ path: String) throws(KilnError) -> SHA256? {
    guard Folders.exists(path) else { return nil }
    return try OpenFile(reading: path).digest()
  }
}

/// Where the files of a segment's records may lie: a worker writes segments, and must not be able to
/// name anything else.
private struct RecordLimits {
  let job: JobID
  let epoch: Epoch
  let contentEnd: Int64

  func allow(_ record: TaskRecord) -> Bool {
    record.files.allSatisfy { file in
      guard FilePlacing.isPlain(file.name) else { return false }
      switch file.place {
      case .inline(let offset):
        return offset >= 0 && offset <= contentEnd && file.size.bytes <= contentEnd - offset
      case .external(let path):
        let folder = StateDirectory.largeFiles(job: job, epoch: epoch, task: record.task)
        return path.hasPrefix("\(folder)/") && FilePlacing.isPlain(path)
      }
    }
  }
}
