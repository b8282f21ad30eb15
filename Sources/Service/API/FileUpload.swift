import Base
import Glibc
import Synchronization
import Wire

/// An input file on its way in: written beside its place, verified, made durable, then renamed.
///
/// A name below `files/` therefore always stands for complete content with that digest.
final class FileUpload: PendingRequest {
  /// Unfinished uploads of this prefix are left by servers that died.
  static let prefix = ".upload-"
  private static let counter = Atomic<Int>(0)

  private let digest: SHA256
  private let path: String
  private let temporary: String
  private var file: Descriptor?
  private var hasher: SHA256Hasher? = SHA256Hasher()
  private var failure: KilnError?

  init(_ digest: SHA256, _ state: StateDirectory) {
    self.digest = digest
    path = state.file(digest)
    let number = FileUpload.counter.add(1, ordering: .relaxed).newValue
    temporary = "\(state.files)/\(FileUpload.prefix)\(number)"
    do throws(KilnError) {
      file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
    } catch {
      failure = error
    }
  }

  deinit {
    // Gone already where the upload was a success.
    unsafe unlink(temporary)
  }

  func take(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil, let file else { return }
    unsafe hasher?.update(bytes)
    do throws(KilnError) {
      try file.write(unsafe [UInt8](bytes), at: path)
    } catch {
      failure = error
    }
  }

  func answer() -> HTTPAnswer {
    do throws(KilnError) {
      try finish()
      return try .json(201, [String: String]())
    } catch {
      return .failure(error)
    }
  }

  private func finish() throws(KilnError) {
    if let failure { throw failure }
    guard let hasher = hasher.take() else { preconditionFailure("an upload is finished once") }
    let received = hasher.finish()
    guard received == digest else {
      throw KilnError(
        .transfer, "what arrived has another digest: \(received)", at: digest.hex,
        fix: "send the file again; it may have changed meanwhile")
    }
    try file?.synchronise(at: path)
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    let isNew = unsafe mkdir(folder, 0o700) == 0
    guard isNew || errno == EEXIST else { throw systemError("cannot create a folder", at: folder) }
    guard unsafe rename(temporary, path) == 0 else {
      throw systemError("cannot put the file into its place", at: path, code: .storage)
    }
    try synchroniseFolder(folder)
    if isNew { try synchroniseFolder("\(folder)/..") }
  }
}

/// Makes names in a folder durable.
func synchroniseFolder(_ path: String) throws(KilnError) {
  try Descriptor.open(path, O_RDONLY | O_DIRECTORY).synchronise(at: path)
}
