import Base
import JobModel
import Wire

/// Finds the place of one attempt's files: small ones are collected, large ones moved.
struct FilePlacing {
  private let state: StateDirectory
  private let folder: String
  private var moves: [(source: String, target: String)] = []
  private(set) var files: [RecordedFile] = []
  /// The bytes of the small files, one after the other.
  private(set) var content: [UInt8] = []

  init(state: StateDirectory, job: JobID, epoch: Epoch, task: Int) {
    self.state = state
    folder = StateDirectory.largeFiles(job: job, epoch: epoch, task: task)
  }

  mutating func place(_ file: NewFile) throws(KilnError) {
    guard FilePlacing.isPlain(file.name) else {
      throw KilnError(.refused, "a result file cannot be called \"\(file.name)\"")
    }
    switch file {
    case .bytes(_, let bytes, _):
      if bytes.count <= NewFile.inlineBytesMax {
        collect(file, bytes)
      } else {
        try write(file, bytes)
      }
    case .path(_, let path, _):
      let source = try OpenFile(reading: path)
      // One byte more than allowed, so that a file that is still growing is not cut.
      let bytes = try source.read(from: 0, count: Int(NewFile.inlineBytesMax) + 1)
      if bytes.count <= NewFile.inlineBytesMax {
        collect(file, bytes)
      } else {
        try move(file, source)
      }
    }
  }

  /// Moves large files back to where they came from, because their record could not be written.
  func undo() {
    for move in moves.reversed() {
      do {
        try Folders.move(move.target, to: move.source)
      } catch {
        // The attempt is failing already, for a reason that its caller reports; a file that stays
        // behind is garbage that no row names.
        continue
      }
    }
  }

  private mutating func collect(_ file: NewFile, _ bytes: [UInt8]) {
    let place = RecordedFile.Place.inline(offset: Int64(content.count))
    content.append(contentsOf: bytes)
    record(file, size: Int64(bytes.count), .of(bytes), place)
  }

  private mutating func move(_ file: NewFile, _ source: OpenFile) throws(KilnError) {
    let target = try makeTarget()
    let digest = try source.digest()
    let size = try source.size()
    try Folders.move(source.path, to: "\(state.root)/\(target)")
    moves.append((source.path, "\(state.root)/\(target)"))
    record(file, size: size, digest, .external(target))
  }

  private mutating func write(_ file: NewFile, _ bytes: [UInt8]) throws(KilnError) {
    let target = try makeTarget()
    let copy = try OpenFile(creating: "\(state.root)/\(target)")
    try copy.write(bytes, at: 0)
    record(file, size: Int64(bytes.count), .of(bytes), .external(target))
  }

  /// Numbered, not named: names come from users, and folders below them would be needed.
  private func makeTarget() throws(KilnError) -> String {
    try Folders.make("\(state.root)/\(folder)")
    return "\(folder)/\(files.count + 1)"
  }

  private mutating func record(
    _ file: NewFile, size: Int64, _ digest: SHA256, _ place: RecordedFile.Place
  ) {
    files.append(
      RecordedFile(
        name: file.name, size: ByteCount(size), digest: digest, place: place, isLog: file.isLog))
  }

  /// A relative path that stays below the folder into which it is pulled.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 1024 && !name.utf8.contains(0)
      && name.split(separator: "/", omittingEmptySubsequences: false)
        .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }
}
