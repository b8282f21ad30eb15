import Base
import Glibc
import JobFiles
import JobModel

/// A call in Slurm's words, turned into a job.
struct SlurmCall {
  let request: SlurmRequest
  /// As the job file names the script; nil for `--wrap`.
  let script: String?
  private let context: CommandContext

  init(_ words: [String], _ context: CommandContext) throws(Problems) {
    self.context = context
    var request = try SlurmRequest(commandLine: words)
    switch (request.words.first, request.wrapped) {
    case (let script?, nil):
      self.script = script
      do {
        let source = try Files.read(
          context.surroundings.absolute(script), shownAs: script,
          bytesMax: JobLoader.sourceBytesMax)
        try request.add(script: String(decoding: source, as: UTF8.self), fileName: script)
      } catch {
        throw Problems(any: error)
      }
      guard request.interpreter != nil else {
        throw Problems([
          KilnError(
            .invalidFile, "this does not look like a script", at: "\(script):1",
            fix: "begin it with `#!/bin/sh` or another interpreter")
        ])
      }
    case (nil, .some): script = nil
    case (let word?, .some):
      throw Problems([
        KilnError(.usage, "'\(word)' and --wrap are two scripts", fix: "name one of them")
      ])
    case (nil, nil):
      throw Problems([
        KilnError(.usage, "no script is named", fix: "name one, or give a command with --wrap")
      ])
    }
    self.request = request
  }

  /// The text of the job file.
  func source() throws(KilnError) -> String {
    let folder = context.surroundings.absolute(request.folder ?? ".")
    return JobFile.forSlurm(
      request, script: script, folder: folder, begin: try request.begin.map(SlurmCall.time),
      deadline: try request.deadline.map(SlurmCall.time))
  }

  private static func time(_ begin: SlurmRequest.Begin) throws(KilnError) -> Timestamp {
    switch begin {
    case .after(let wait):
      return Timestamp(milliseconds: Timestamp.now().milliseconds + Int64(wait.value * 1000))
    case .local(let parts):
      // Sound: a structure of numbers; its one pointer, the zone's name, stays null.
      var time = unsafe tm()
      unsafe time.tm_year = Int32(parts[0] - 1900)
      unsafe time.tm_mon = Int32(parts[1] - 1)
      unsafe time.tm_mday = Int32(parts[2])
      unsafe time.tm_hour = Int32(parts[3])
      unsafe time.tm_min = Int32(parts[4])
      unsafe time.tm_sec = Int32(parts[5])
      unsafe time.tm_isdst = -1
      // Sound: the structure is a local that outlives the call.
      let seconds = unsafe mktime(&time)
      guard seconds >= 0 else {
        throw KilnError(
          .usage, "`--begin` or `--deadline` names no time", fix: "write 2026-12-01T08:00:00")
      }
      return Timestamp(milliseconds: Int64(seconds) * 1000)
    }
  }
}
