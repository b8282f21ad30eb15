import Base
import FoundationEssentials
import Glibc
import JobModel
import Results
import Wire

extension Route {
  /// What tasks have published: files of those that succeeded; with `logs`, also what all printed.
  @Sendable static func listResults(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let (steps, tasks) = try job.selection(request)
    let walk = TaskWalk(job, steps: steps, tasks: tasks, installation)
    let withLogs = try request.queryFlag("logs")
    return .lines(
      WalkStream(walk) { window, task, writer throws(KilnError) in
        try appendEntry(window, task, withLogs: withLogs, to: &writer)
      })
  }

  private static func appendEntry(
    _ window: TaskWalk.Window, _ task: Int, withLogs: Bool, to writer: inout JSONWriter
  ) throws(KilnError) {
    guard let end = window.ends.end(of: task), let entry = window.records[task],
      entry.record.attempt == end.attempt
    else { return }
    let files = entry.record.files.filter { $0.isLog ? withLogs : end.reason == .succeeded }
    guard !files.isEmpty else { return }
    let result = ResultEntry(
      step: window.step.index, task: task, attempt: entry.record.attempt,
      files: files.map { ResultFile(name: $0.name, size: $0.size, digest: $0.digest) })
    writer.raw(try encoded(result))
    writer.newline()
  }

  /// A published file, or a range of it. Logs that `results` lists are read the same way.
  @Sendable static func readResultFile(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let task = try job.task(request)
    let entry = try installation.published(task)
    let name = request["name"]
    guard let file = entry.record.files.first(where: { $0.name == name }) else {
      throw KilnError(
        .notFound, "task \(task.number) has published no file `\(name)`",
        fix: nearest(to: name, among: entry.record.files.map(\.name)).map {
          "did you mean `\($0)`?"
        })
    }
    return try installation.answer(file, in: entry, range: request.header("range"))
  }

  /// What the last published attempt printed.
  @Sendable static func readLog(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let task = try job.task(request)
    let name = request["stream"]
    guard name == "stdout" || name == "stderr" else {
      throw KilnError(.notFound, "there is no log `\(name)`", fix: "use `stdout` or `stderr`")
    }
    let headers = [("Content-Type", "text/plain; charset=utf-8")]
    if try request.queryFlag("follow") {
      let stream = LogStream(task: task, name: name, installation: installation)
      return HTTPAnswer(status: 200, headers: headers, body: .stream(stream))
    }
    return HTTPAnswer(
      status: 200, headers: headers, body: .bytes(try installation.log(of: task, name)))
  }
}

extension Installation {
  /// What the latest attempt of a task has published.
  func published(_ task: TaskID) throws(KilnError) -> TaskRecords.Entry {
    let records = try TaskRecords(task.step, TaskRange(task.number), self)
    guard let entry = records[task.number] else {
      throw KilnError(
        .notFound, "task \(task.number) of job \(task.step.job) has published nothing",
        fix: "`kiln explain \(task.step.job).\(task.number)` says why")
    }
    return entry
  }

  /// Empty where nothing was printed; a task that has not run has printed nothing.
  func log(of task: TaskID, _ name: String) throws(KilnError) -> [UInt8] {
    let records = try TaskRecords(task.step, TaskRange(task.number), self)
    guard let entry = records[task.number], let file = entry.file(name, isLog: true) else {
      return []
    }
    return try entry.segment.read(file, from: 0, count: Int(file.size.bytes))
  }

  func answer(
    _ file: RecordedFile, in entry: TaskRecords.Entry, range: String?
  ) throws(KilnError) -> HTTPAnswer {
    let size = file.size.bytes
    var headers = [
      ("ETag", "\"\(file.digest)\""), ("Accept-Ranges", "bytes"),
      ("Content-Type", "application/octet-stream"),
    ]
    var part = ByteRange(offset: 0, count: size)
    var status = 200
    switch ByteRange.parse(range, size: size) {
    case .whole: break
    case .part(let asked):
      part = asked
      status = 206
      headers.append(
        ("Content-Range", "bytes \(part.offset)-\(part.offset + part.count - 1)/\(size)"))
    case .outside:
      headers.append(("Content-Range", "bytes */\(size)"))
      return HTTPAnswer(status: 416, headers: headers, body: .bytes([]))
    }
    return HTTPAnswer(status: status, headers: headers, body: try body(file, in: entry, part))
  }

  private func body(
    _ file: RecordedFile, in entry: TaskRecords.Entry, _ part: ByteRange
  ) throws(KilnError) -> HTTPAnswer.Body {
    switch file.place {
    case .inline:
      return .bytes(try entry.segment.read(file, from: part.offset, count: Int(part.count)))
    case .external(let path):
      let large = try Descriptor.open("\(state.root)/\(path)", O_RDONLY | O_NOFOLLOW)
      guard large.size == file.size.bytes else {
        throw KilnError(
          .storage, "the file has not the size that was recorded", at: file.name,
          fix: "run the task again with `kiln retry`")
      }
      return .file(large, offset: part.offset, count: part.count)
    }
  }
}
