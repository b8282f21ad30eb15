import Base
import Catalogue
import Glibc
import JobFiles
import JobModel
import Wire

/// Judges a submission again on this side: a client may be old, or not ours.
struct SubmissionCheck: Sendable {
  let submission: JobSubmission
  let files: FileList
  private let installation: Installation
  /// What a glance at the files tells, each read once.
  let scans: DeckScans

  private static let sourceBytesMax = 1 << 20
  private static let filesMax = 10_000
  private static let keyBytesMax = 200
  /// Larger files are no decks: nobody looks for placeholders in them.
  private static let scanBytesMax: Int64 = 1 << 30

  init(_ submission: JobSubmission, _ installation: Installation) {
    self.submission = submission
    self.installation = installation
    let files = FileList(submission.files)
    self.files = files
    scans = DeckScans(files: files) { SubmissionCheck.content($0, installation) }
  }

  // MARK: Files

  /// Names stay inside a task's folder, paths name one content each, and all content is here.
  func checkFiles() throws(Problems) {
    var problems = Problems()
    guard submission.files.count <= SubmissionCheck.filesMax,
      submission.source.utf8.count <= SubmissionCheck.sourceBytesMax,
      submission.key?.utf8.count ?? 0 <= SubmissionCheck.keyBytesMax
    else {
      throw Problems([
        KilnError(
          .invalidFile,
          "the submission is too large: at most 1 MiB of text, 10000 files and a key "
            + "of 200 bytes")
      ])
    }
    for file in submission.files {
      if !SubmissionCheck.isSafe(file.name) {
        problems.add(
          KilnError(
            .invalidFile, "`\(file.name)` is not a name below a task's folder", at: file.path))
      } else if let problem = missing(file) {
        problems.add(problem)
      }
    }
    problems = files.ambiguities.reduce(into: problems) { $0.add($1) }
    try problems.throwIfAny()
  }

  private func missing(_ file: InputFile) -> KilnError? {
    guard let size = installation.sizeOfFile(file.digest) else {
      return KilnError(
        .invalidFile, "the content of this file was not uploaded", at: file.path,
        fix: "send it with `PUT /v1/files/\(file.digest)` first")
    }
    guard size == file.size.bytes else {
      return KilnError(
        .invalidFile, "the file has \(size) bytes, not \(file.size.bytes)", at: file.path)
    }
    return nil
  }

  static func isSafe(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 1024
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
          && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      }
  }

  // MARK: The job file

  /// The same verdict as the client's, from the files that it has sent.
  func parse() throws(Problems) -> JobSpec {
    let (scans, files) = (scans, files)
    return try JobFile.parse(
      source: Array(submission.source.utf8), fileName: submission.fileName,
      context: JobFileContext(
        exists: { path in files[path] != nil },
        placeholders: { path in scans.placeholders(path) }))
  }

  private static func content(_ file: InputFile, _ installation: Installation) -> [UInt8]? {
    guard file.size.bytes <= SubmissionCheck.scanBytesMax else { return [] }
    do {
      return try Descriptor.open(installation.state.file(file.digest), O_RDONLY)
        .read(at: 0, count: Int(file.size.bytes))
    } catch {
      Log.write(.error, "an input file cannot be read", ["reason": "\(error)"])
      return nil
    }
  }

  func project(of spec: JobSpec) throws(Problems) -> ProjectName {
    let project = submission.project ?? spec.project ?? .main
    let bytes = project.text.utf8
    guard (1...100).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw Problems([
        KilnError(.usage, "a project has a name of 1 to 100 bytes without control characters")
      ])
    }
    return project
  }
}

/// The files of a submission, by path and by what includes them.
struct FileList: Sendable {
  private let named: [String: InputFile]
  private let included: [String: [InputFile]]
  /// Paths that stand for two contents at once.
  let ambiguities: [KilnError]

  init(_ files: [InputFile]) {
    var named: [String: InputFile] = [:]
    var ambiguities: [KilnError] = []
    for file in files where file.includedBy == nil {
      if let other = named.updateValue(file, forKey: file.path), other.digest != file.digest {
        ambiguities.append(
          KilnError(.invalidFile, "the path stands for two different files", at: file.path))
      }
    }
    self.named = named
    self.ambiguities = ambiguities
    included = Dictionary(grouping: files.filter { $0.includedBy != nil }) { $0.includedBy ?? "" }
  }

  subscript(path: String) -> InputFile? { named[path] }

  /// A file and all that it includes, at any depth.
  func closure(of path: String) -> [InputFile] {
    guard let root = named[path] else { return [] }
    var files = [root]
    var seen: Set<String> = [path]
    var next = 0
    while next < files.count {
      for file in included[files[next].path] ?? [] where seen.insert(file.path).inserted {
        files.append(file)
      }
      next += 1
    }
    return files
  }

  /// The bytes of a file with all that it includes.
  func size(of path: String) -> ByteCount { closure(of: path).reduce(.zero) { $0 + $1.size } }
}

/// Placeholders and outlines of decks, each file scanned once.
final class DeckScans: Sendable {
  private let files: FileList
  private let read: @Sendable (InputFile) -> [UInt8]?
  private let known = Monitor<[SHA256: Scan]>([:])

  private struct Scan: Sendable {
    let placeholders: [PlacedPlaceholder]
    let outline: DeckOutline
  }

  init(files: FileList, read: @escaping @Sendable (InputFile) -> [UInt8]?) {
    self.files = files
    self.read = read
  }

  /// Nil where the submission has no such file.
  func placeholders(_ path: String) -> [PlacedPlaceholder]? {
    let closure = files.closure(of: path)
    guard !closure.isEmpty else { return nil }
    var found: [PlacedPlaceholder] = []
    for file in closure {
      guard let scan = scan(file) else { return nil }
      for var placed in scan.placeholders
      where !found.contains(where: { $0.placeholder.name == placed.placeholder.name }) {
        // The same content may lie under several names.
        placed.file = file.path
        found.append(placed)
      }
    }
    return found
  }

  /// Of a file with all that it includes.
  func outline(_ path: String) -> DeckOutline {
    files.closure(of: path).reduce(DeckOutline()) { $0 + (scan($1)?.outline ?? DeckOutline()) }
  }

  private func scan(_ file: InputFile) -> Scan? {
    if let scanned = known.withLock({ $0[file.digest] }) { return scanned }
    guard let text = read(file) else { return nil }
    let found = Scan(
      placeholders: DeckScan.placeholders(in: text, of: file.path),
      outline: DeckOutline(scanning: text))
    known.withLock { $0[file.digest] = found }
    return found
  }
}
