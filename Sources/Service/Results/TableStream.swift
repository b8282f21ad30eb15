import Base
import JobModel
import Results
import Store
import Wire

extension Route {
  /// One line for each ended task: its point and its summary.
  @Sendable static func writeTable(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let steps = try job.step(request.query["step"]).map { [$0] } ?? Array(job.spec.steps.indices)
    let walk = TaskWalk(job, steps: steps, tasks: TaskRange(1, .max), installation)
    return .lines(WalkStream(walk, write: appendRow))
  }

  private static func appendRow(
    _ window: TaskWalk.Window, _ task: Int, to writer: inout JSONWriter
  ) throws(KilnError) {
    guard let end = window.ends.end(of: task) else { return }
    let entry = window.records[task].flatMap { $0.record.attempt == end.attempt ? $0 : nil }
    writer.beginObject()
    writer.key("step")
    writer.integer(window.step.index)
    writer.key("task")
    writer.integer(task)
    writer.key("state")
    writer.string(end.reason.description)
    writer.key("attempt")
    writer.integer(end.attempt)
    writer.key("point")
    writer.beginObject()
    for (name, value) in window.spec.sweep.point(task) {
      writer.key(name)
      writer.value(value)
    }
    writer.endObject()
    writer.key("summary")
    if let summary = try entry?.summary {
      writer.raw(summary)
    } else {
      writer.null()
    }
    writer.endObject()
    writer.newline()
  }
}

extension TaskRecords.Entry {
  private static let summaryBytesMax = 1 << 20

  /// The summary on one line; nil where the attempt wrote none, or none that is JSON.
  fileprivate var summary: [UInt8]? {
    get throws(KilnError) {
      guard let file = file("summary.json", isLog: false),
        file.size.bytes <= TaskRecords.Entry.summaryBytesMax
      else { return nil }
      return compactJSON(try segment.read(file, from: 0, count: Int(file.size.bytes)))
    }
  }
}

extension JSONWriter {
  /// Plain numbers and flags as such, everything else as people spell it: `"2 mm"`.
  fileprivate mutating func value(_ value: Value) {
    switch value {
    case .number(let number): self.number(number)
    case .flag(let flag): boolean(flag)
    case .text, .quantity: string(value.description)
    }
  }
}

/// Lines about ended tasks, written piece by piece while they are sent.
///
/// A piece is small enough to lie in the socket while the next one is made: server and client work
/// at the same time.
final class WalkStream: ByteStream, @unchecked Sendable {
  /// Writes the line of one task, or nothing.
  typealias Write = (TaskWalk.Window, Int, inout JSONWriter) throws(KilnError) -> Void

  // Sound: only the thread of its connection uses a stream.
  private var walk: TaskWalk
  private let write: Write
  private var window: TaskWalk.Window?
  /// The next task of the window.
  private var task = 1

  private static let pieceBytes = 64 << 10

  init(_ walk: TaskWalk, write: @escaping Write) {
    self.walk = walk
    self.write = write
  }

  func next() throws(KilnError) -> [UInt8]? {
    var writer = JSONWriter()
    while writer.bytes.count < WalkStream.pieceBytes, let window = try current() {
      while task <= window.tasks.last, writer.bytes.count < WalkStream.pieceBytes {
        try write(window, task, &writer)
        task += 1
      }
    }
    return writer.bytes.isEmpty ? nil : writer.bytes
  }

  /// The window that holds the next task; nil at the end.
  private func current() throws(KilnError) -> TaskWalk.Window? {
    if let window, task <= window.tasks.last { return window }
    window = try walk.window()
    task = window?.tasks.first ?? task
    return window
  }

  func close() {}
}
