import Base
import CLinux
import Glibc
import Results
import Wire

/// What kernels and their C libraries print: descriptors 1 and 2 are files of the worker, so that the
/// words of a crash outlive it.
final class OutputCapture: Sendable {
  private let output: Descriptor
  private let error: Descriptor
  /// Where the worker's own messages go.
  let log: Descriptor

  /// So much is kept of the beginning, and so much of the end.
  private static let keptBytes = Int64(HeadAndTail.keptBytes)

  init(state: StateDirectory, worker: String) throws(KilnError) {
    let number = kiln_fcntl(2, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else { throw systemError("cannot keep the log open") }
    log = Descriptor(owning: number)
    output = try Self.redirect(1, to: state.standardOutput(worker: worker))
    error = try Self.redirect(2, to: state.standardError(worker: worker))
  }

  private static func redirect(
    _ number: Int32, to path: String
  ) throws(KilnError) -> Descriptor {
    let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW)
    guard dup2(file.number, number) >= 0 else { throw systemError("cannot redirect", at: path) }
    return file
  }

  /// Takes what the attempt printed, and starts anew.
  func take() throws(KilnError) -> [NewFile] {
    // Sound: nil means all streams of the C library.
    fflush(nil)
    var logs: [NewFile] = []
    for (name, file) in [("stdout", output), ("stderr", error)] {
      guard let size = file.size, size > 0 else { continue }
      logs.append(.bytes(name: name, try HeadAndTail.read(file, size: size), isLog: true))
      guard ftruncate(file.number, 0) == 0 else { throw systemError("cannot empty \(name)") }
    }
    return logs
  }

  /// Frees the middle of what is printed without end.
  func trim() {
    for file in [output, error] {
      guard let size = file.size, size > 3 * Self.keptBytes else { continue }
      // Where the file system cannot free blocks, the disk's limit is the limit.
      _ = kiln_punch_hole(file.number, Self.keptBytes, size - 2 * Self.keptBytes)
    }
  }
}
