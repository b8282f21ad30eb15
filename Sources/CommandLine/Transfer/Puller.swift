import Base
import Client
import JobModel
import Wire

/// What a pull came to.
struct PullReport: Hashable, Sendable {
  var fetched = 0
  var present = 0
  var bytes = ByteCount.zero
  var tasks = 0

  func sentence(folder: String) -> String {
    let files = fetched == 1 ? "1 file" : "\(fetched) files"
    let skipped = present == 0 ? "" : ", \(present) already there"
    let shown = folder == "." ? "the current folder" : folder
    return "pulled \(files) (\(bytes)) into \(shown)\(skipped)"
  }

  static func += (a: inout PullReport, b: PullReport) {
    a.fetched += b.fetched
    a.present += b.present
    a.bytes += b.bytes
    a.tasks += b.tasks
  }

  var json: JSONValue {
    .object([
      "fetched": .integer(Int64(fetched)), "present": .integer(Int64(present)),
      "bytes": .integer(bytes.bytes), "tasks": .integer(Int64(tasks)),
    ])
  }
}

/// Fetches what the tasks of a job have published into a folder.
struct Puller {
  let client: KilnClient
  var target: Target
  /// Absolute path.
  let folder: String
  /// Empty: every file.
  var patterns: [String] = []

  func pull(withLogs: Bool = false) throws -> PullReport {
    try fetch(try entries(withLogs: withLogs), isPartial: false)
  }

  /// What running tasks have written so far; the next pull replaces it by what they publish.
  func pullPartial() throws -> PullReport {
    try fetch(
      try client.partialResults(of: target.reference, target.selection), isPartial: true)
  }

  private func fetch(_ entries: [ResultEntry], isPartial: Bool) throws -> PullReport {
    var report = PullReport()
    var made: Set<String> = []
    for entry in entries {
      let place = layoutFolder(entry)
      var isCounted = false
      for file in entry.files where matches(file.name) {
        let name = try safeName(file.name)
        let path = "\(place)/\(name)"
        if made.insert(Files.folder(of: path)).inserted {
          try Files.makeFolder(Files.folder(of: path))
        }
        let remote = RemoteFile(
          job: target.reference, step: entry.step, task: entry.task, file: file,
          isPartial: isPartial)
        switch try client.download(remote, to: path) {
        case .fetched:
          report.fetched += 1
          report.bytes += file.size
        case .present: report.present += 1
        }
        isCounted = true
      }
      if isCounted { report.tasks += 1 }
    }
    return report
  }

  /// The list is read whole first: the connection then is free for the files.
  private func entries(withLogs: Bool) throws(Problems) -> [ResultEntry] {
    var entries: [ResultEntry] = []
    try client.results(of: target.reference, target.selection, withLogs: withLogs) {
      entry throws(Problems) in entries.append(entry)
    }
    return entries
  }

  private func layoutFolder(_ entry: ResultEntry) -> String {
    let steps = target.detail.steps
    guard steps.indices.contains(entry.step), target.detail.summary.counts.total > 1 else {
      return folder
    }
    let step = steps[entry.step]
    let parts = [
      folder, step.name.isEmpty ? nil : Puller.safeComponent(step.name),
      step.counts.total == 1 ? nil : "\(entry.task)",
    ]
    return parts.compactMap { $0 }.joined(separator: "/")
  }

  private func matches(_ name: String) -> Bool {
    patterns.isEmpty || patterns.contains { Pattern($0).matches(name) }
  }

  /// A name that the server gave never leads out of the folder.
  private func safeName(_ name: String) throws(KilnError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.isEmpty, !name.utf8.contains(0),
      parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
    else { throw KilnError(.transfer, "a result has the impossible name '\(name)'") }
    return name
  }

  /// `NAME-ID`, for a job whose results have no other place to go.
  static func folderName(_ job: JobSummary) -> String { "\(safeComponent(job.name))-\(job.id)" }

  /// A text as one component of a path: without separators, control characters, or a leading dot.
  static func safeComponent(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      let isUnfit = scalar == "/" || scalar == "\\" || scalar.value < 0x20 || scalar.value == 0x7F
      name.unicodeScalars.append(isUnfit ? "_" : scalar)
    }
    while name.utf8.count > 200 { name.removeLast() }
    if name.hasPrefix(".") { name = "_" + name.dropFirst() }
    return name.isEmpty ? "job" : name
  }
}
