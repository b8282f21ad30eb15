import Base
import Glibc
import JobModel
import Results
import Wire

/// The folder of one attempt: made when first asked for, with the inputs in it.
final class WorkingFolder {
  let path: String
  let inputs: [InputPlacement]
  private let state: StateDirectory
  private var exists: Bool
  private var isMade = false

  /// - Parameter empty: a folder that an earlier attempt of the same lease left empty: making and
  ///   removing folders costs as much as starting a small command.
  init(
    state: StateDirectory, epoch: Epoch, task: Int, inputs: [InputPlacement], reusing empty: String?
  ) {
    self.state = state
    self.inputs = inputs
    path = empty ?? state.work(epoch: epoch, task: task)
    exists = empty != nil
  }

  func make() throws(KilnError) {
    guard !isMade else { return }
    isMade = true
    if !exists { try FileTree.make(path) }
    exists = true
    for input in inputs {
      let target = "\(path)/\(input.name)"
      if let slash = input.name.lastIndex(of: "/") {
        try FileTree.make("\(path)/\(input.name[..<slash])")
      }
      switch input.content {
      case .stored(let digest): try Self.link(state.file(digest), target)
      case .result(let segment, let file): try Self.copy(file, of: segment, to: target)
      }
    }
  }

  /// Removes the folder with what the attempt left in it.
  /// - Returns: its path where it was empty, for the next attempt.
  func clear() -> String? {
    guard exists else { return nil }
    if inputs.isEmpty, let entries = try? FileTree.entries(path), entries.isEmpty { return path }
    FileTree.discard(path)
    return nil
  }

  /// A hard link costs no bytes; the stored file is read-only. Another file system gets a symbolic one.
  private static func link(_ source: String, _ target: String) throws(KilnError) {
    // Sound: both paths are strings that live through the calls.
    if unsafe Glibc.link(source, target) == 0 { return }
    guard errno == EXDEV || errno == EPERM || errno == EMLINK, unsafe symlink(source, target) == 0
    else { throw systemError("cannot provide the input", at: target, code: .storage) }
  }

  private static func copy(
    _ file: RecordedFile, of segment: SegmentReader, to target: String
  ) throws(KilnError) {
    let copy = try Descriptor.open(target, O_WRONLY | O_CREAT | O_EXCL, mode: 0o444)
    var offset: Int64 = 0
    while offset < file.size.bytes {
      let piece = try segment.read(file, from: offset, count: 4 << 20)
      guard !piece.isEmpty else { throw KilnError(.storage, "a result is cut short", at: target) }
      try copy.write(piece, at: target)
      offset += Int64(piece.count)
    }
  }
}

/// A file that a task finds in its working folder.
struct InputPlacement: Sendable {
  enum Content: Sendable {
    case stored(SHA256)
    /// A result file of an upstream task.
    case result(SegmentReader, RecordedFile)
  }

  /// Below the working folder.
  let name: String
  let content: Content

  var digest: SHA256 {
    switch content {
    case .stored(let digest): digest
    case .result(_, let file): file.digest
    }
  }
}
