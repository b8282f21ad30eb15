import Base
import JobModel

// The binary form of a record. `inline` offsets count from the first byte after the record, so that
// the same bytes serve in the frame and in the index.
// What was enforced came with a later version, and so stands at the end.

extension ByteWriter {
  mutating func record(_ record: TaskRecord) {
    integer(Int64(record.task))
    integer(Int64(record.attempt))
    reason(record.reason)
    integer(record.startedAt.milliseconds)
    number(record.usage.wall.value)
    number(record.usage.cpu.value)
    integer(record.usage.peakMemory.bytes)
    flag(record.message != nil)
    if let message = record.message { text(message) }
    integer(UInt32(record.files.count))
    for file in record.files { self.file(file) }
    if let enforcement = record.enforcement { self.enforcement(enforcement) }
  }

  private mutating func reason(_ reason: EndReason) {
    let (kind, detail): (UInt8, Int) =
      switch reason {
      case .succeeded: (0, 0)
      case .failed(let exit): (1, exit)
      case .signalled(let signal): (2, signal)
      case .memory: (3, 0)
      case .time: (4, 0)
      case .lost: (5, 0)
      case .cancelled: (6, 0)
      case .refused: (7, 0)
      case .deadline: (8, 0)
      case .preempted: (9, 0)
      }
    integer(kind)
    integer(Int64(detail))
  }

  private mutating func file(_ file: RecordedFile) {
    text(file.name)
    integer(file.size.bytes)
    append(file.digest.hex.utf8)
    flag(file.isLog)
    switch file.place {
    case .inline(let offset):
      flag(true)
      integer(offset)
    case .external(let path):
      flag(false)
      text(path)
    }
  }
}

extension ByteReader {
  /// - Parameter base: offset in the segment of the first byte after the record.
  mutating func record(base: Int64) -> TaskRecord? {
    guard let task = integer(Int64.self), let attempt = integer(Int64.self),
      let reason = reason(), let startedAt = integer(Int64.self), let usage = usage(),
      let hasMessage = flag()
    else { return nil }
    var message: String?
    if hasMessage {
      guard let words = text() else { return nil }
      message = words
    }
    guard let files = files(base: base) else { return nil }
    var record = TaskRecord(
      task: Int(task), attempt: Int(attempt), reason: reason, message: message,
      startedAt: Timestamp(milliseconds: startedAt), usage: usage, files: files)
    // Records of versions that did not say end here.
    guard !isAtEnd else { return record }
    guard let enforcement = enforcement() else { return nil }
    record.enforcement = enforcement
    return record
  }

  private mutating func reason() -> EndReason? {
    guard let kind = integer(UInt8.self), let detail = integer(Int64.self) else { return nil }
    switch kind {
    case 0: return .succeeded
    case 1: return .failed(exit: Int(detail))
    case 2: return .signalled(Int(detail))
    case 3: return .memory
    case 4: return .time
    case 5: return .lost
    case 6: return .cancelled
    case 7: return .refused
    case 8: return .deadline
    case 9: return .preempted
    default: return nil
    }
  }

  private mutating func usage() -> Usage? {
    guard let wall = number(), let cpu = number(), let peak = integer(Int64.self) else {
      return nil
    }
    return Usage(wall: Seconds(wall), cpu: Seconds(cpu), peakMemory: ByteCount(peak))
  }

  private mutating func files(base: Int64) -> [RecordedFile]? {
    guard let count = integer(UInt32.self) else { return nil }
    var files: [RecordedFile] = []
    for _ in 0..<count {
      guard let file = file(base: base) else { return nil }
      files.append(file)
    }
    return files
  }

  private mutating func file(base: Int64) -> RecordedFile? {
    guard let name = text(), let size = integer(Int64.self), size >= 0, let digits = take(64),
      let digest = SHA256(hex: String(decoding: digits, as: UTF8.self)), let isLog = flag(),
      let place = place(base: base)
    else { return nil }
    return RecordedFile(
      name: name, size: ByteCount(size), digest: digest, place: place, isLog: isLog)
  }

  private mutating func place(base: Int64) -> RecordedFile.Place? {
    guard let isInline = flag() else { return nil }
    guard isInline else { return text().map { .external($0) } }
    guard let offset = integer(Int64.self), offset >= 0 else { return nil }
    let (position, overflow) = base.addingReportingOverflow(offset)
    return overflow ? nil : .inline(offset: position)
  }
}
