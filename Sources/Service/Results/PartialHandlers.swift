import Base
import Glibc
import JobModel
import Scheduling
import Wire

extension Route {
  /// What running tasks have written so far, of the files that would be kept: a copy is taken, so that
  /// what is listed can be read and checked while the task goes on.
  @Sendable static func listPartialResults(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let (steps, tasks) = try job.selection(request)
    let running = try installation.mailbox.ask { state in
      state.leases.values.filter { $0.lease.step.job == job.id }
        .compactMap { out in
          out.worker.map { PartialResults.Attempt(lease: out.lease, worker: $0) }
        }
    }
    let names = try installation.mailbox.ask { state in
      Set((state.jobs[job.id]?.files ?? []).map(\.name))
    }
    let partial = PartialResults(state: installation.state, inputs: names)
    var entries: [ResultEntry] = []
    for attempt in running.sorted(by: { $0.lease.epoch < $1.lease.epoch }) {
      let index = attempt.lease.step.index
      guard steps.contains(index),
        let entry = try partial.snapshot(of: attempt, job.spec.steps[index], among: tasks)
      else { continue }
      entries.append(entry)
    }
    return try .json(200, entries)
  }

  /// A file of the latest copy.
  @Sendable static func readPartialFile(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let job = try installation.jobFacts(try installation.job(request["job"]))
    let task = try job.task(request)
    let path = PartialResults.path(installation.state, task, request["name"])
    guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW), let size = file.size else {
      throw KilnError(
        .notFound, "there is no copy of `\(request["name"])` of task \(task.number)",
        fix: "list what is running first")
    }
    let headers = [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes")]
    switch ByteRange.parse(request.header("range"), size: size) {
    case .whole:
      return HTTPAnswer(
        status: 200, headers: headers, body: .file(file, offset: 0, count: size))
    case .part(let part):
      let range = "bytes \(part.offset)-\(part.offset + part.count - 1)/\(size)"
      return HTTPAnswer(
        status: 206, headers: headers + [("Content-Range", range)],
        body: .file(file, offset: part.offset, count: part.count))
    case .outside:
      return HTTPAnswer(
        status: 416, headers: headers + [("Content-Range", "bytes */\(size)")], body: .bytes([]))
    }
  }
}

/// Copies of what running tasks have written.
struct PartialResults {
  struct Attempt: Sendable {
    let lease: Lease
    let worker: String
  }

  let state: StateDirectory
  /// Names of the job's input files, which are no results.
  let inputs: Set<String>

  static func path(_ state: StateDirectory, _ task: TaskID, _ name: String) -> String {
    "\(state.partial(task))/\(SHA256.of(Array(name.utf8)).hex)"
  }

  /// Nil where the attempt is not one of these tasks, or has written nothing.
  func snapshot(
    of attempt: Attempt, _ spec: StepSpec, among tasks: TaskRange
  ) throws(KilnError) -> ResultEntry? {
    guard let page = page(of: attempt.worker), page.epoch == attempt.lease.epoch,
      let number = page.task, tasks.contains(number),
      let folder = try FileTree.entries(state.work(epoch: attempt.lease.epoch)).first(where: {
        $0.kind == .folder
      })
    else { return nil }
    let task = TaskID(step: attempt.lease.step, number: number)
    FileTree.discard(state.partial(task))
    try FileTree.make(state.partial(task))
    let patterns = spec.outputs.map(FilePattern.init)
    let root = "\(state.work(epoch: attempt.lease.epoch))/\(folder.name)"
    var files: [ResultFile] = []
    for name in try names(in: root, prefix: "") where !inputs.contains(name) {
      guard patterns.isEmpty || patterns.contains(where: { $0.matches(name) }),
        let file = try? copy("\(root)/\(name)", name, of: task)
      else { continue }
      files.append(file)
    }
    guard !files.isEmpty else { return nil }
    return ResultEntry(
      step: attempt.lease.step.index, task: number, attempt: page.attempt, files: files)
  }

  private func page(of worker: String) -> StatusPage? {
    guard let file = try? Descriptor.open(state.page(worker: worker), O_RDONLY),
      let bytes = try? file.read(at: 0, count: StatusPage.size)
    else { return nil }
    return StatusPage(bytes: bytes)
  }

  private func names(in folder: String, prefix: String) throws(KilnError) -> [String] {
    var names: [String] = []
    for entry in try FileTree.entries(folder) {
      switch entry.kind {
      case .file: names.append(prefix + entry.name)
      case .folder:
        names += try self.names(
          in: "\(folder)/\(entry.name)", prefix: "\(prefix)\(entry.name)/")
      // They may lead anywhere.
      case .link, .other: continue
      }
    }
    return names
  }

  /// As much of the file as is there when the copy begins.
  private func copy(
    _ path: String, _ name: String, of task: TaskID
  ) throws(KilnError) -> ResultFile {
    let source = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let target = Self.path(state, task, name)
    let copy = try Descriptor.open(target, O_RDWR | O_CREAT | O_EXCL)
    let size = source.size ?? 0
    var digest = SHA256Hasher()
    var offset: Int64 = 0
    while offset < size {
      let piece = try source.read(at: offset, count: Int(min(1 << 20, size - offset)))
      // It became shorter meanwhile.
      guard !piece.isEmpty else { break }
      digest.update(piece)
      try copy.write(piece, at: target)
      offset += Int64(piece.count)
    }
    return ResultFile(name: name, size: ByteCount(offset), digest: digest.finish())
  }
}
