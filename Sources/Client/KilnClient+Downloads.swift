import Base
import JobModel
import Wire

/// A published file of a task, as the API addresses it.
package struct RemoteFile: Hashable, Sendable {
  package let job: JobReference
  package let step: Int
  package let task: Int
  package let file: ResultFile
  /// A copy of what a running task has written so far.
  package let isPartial: Bool

  package init(
    job: JobReference, step: Int, task: Int, file: ResultFile, isPartial: Bool = false
  ) {
    self.isPartial = isPartial
    self.job = job
    self.step = step
    self.task = task
    self.file = file
  }

  var path: String {
    let kind = isPartial ? "partial" : "files"
    return "/jobs/\(job.path)/tasks/\(step)/\(task)/\(kind)/\(percentEncoded(file.name))"
  }
}

/// What a download came to.
package enum DownloadOutcome: Hashable, Sendable {
  case fetched
  /// The same content was there already.
  case present
}

extension KilnClient {
  /// Puts a published file at a path: resumable, verified, and whole or not there at all.
  ///
  /// Bytes go into `PATH.part`, which a later call continues; the file gets its name only when the
  /// digest is right.
  package func download(_ remote: RemoteFile, to path: String) throws(Problems) -> DownloadOutcome {
    let wanted = remote.file
    let target = LocalPath(path)
    if try target.size() == wanted.size, try target.digest() == wanted.digest { return .present }
    let part = LocalPath(path + ".part")
    // The second round starts from nothing: what lay in the unfinished file was something else.
    for _ in 1...2 {
      try fetch(remote, into: part)
      if try part.digest() == wanted.digest {
        try part.rename(to: path)
        return .fetched
      }
      try part.remove()
    }
    throw Problems([
      KilnError(
        .transfer, "what arrived is not what was published (its SHA-256 differs)", at: path,
        fix: "pull again; if it persists, run the task again with `kiln retry`")
    ])
  }

  /// The content of a published file or of a log, handed over as it arrives.
  package func read(_ remote: RemoteFile, _ handle: ([UInt8]) throws(Problems) -> Void)
    throws(Problems)
  {
    try stream(remote.path, from: 0, handle)
  }

  /// What a task printed; with `follow`, until the task has ended.
  package func log(
    of job: JobReference, step: Int, task: Int, stream name: String, follow: Bool,
    _ handle: ([UInt8]) throws(Problems) -> Void
  ) throws(Problems) {
    try stream(
      "/jobs/\(job.path)/tasks/\(step)/\(task)/logs/\(name)?follow=\(follow ? 1 : 0)", from: 0,
      handle)
  }

  /// Continues the unfinished file; a connection that breaks is tried twice more from where it was.
  private func fetch(_ remote: RemoteFile, into part: LocalPath) throws(Problems) {
    var breaksLeft = 2
    while true {
      let present = try part.size() ?? .zero
      if present == remote.file.size, present > .zero { return }
      if present > remote.file.size { try part.remove() }
      let file = try part.openForAppending()
      do {
        try stream(remote.path, from: present > remote.file.size ? 0 : present.bytes) {
          bytes throws(Problems) in try file.append(bytes)
        }
        return
      } catch {
        guard error.all.first?.code == .transfer, breaksLeft > 0 else { throw error }
        breaksLeft -= 1
      }
    }
  }

  private func stream(
    _ path: String, from offset: Int64, _ handle: ([UInt8]) throws(Problems) -> Void
  ) throws(Problems) {
    let request = HTTPRequest(method: .get, path: path, offset: offset)
    try withoutActuallyEscaping(handle) { handle throws(Problems) in
      _ = try connection.perform(request, consume: handle)
    }
  }
}
