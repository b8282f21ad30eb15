import Base
import Glibc
import JobModel
import Wire

extension Route {
  @Sendable static func listMissingFiles(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let asked = try request.decoded(DigestList.self)
    return try .json(
      200, DigestList(digests: asked.digests.filter { !installation.has($0) }))
  }

  @Sendable static func receiveFile(
    _ request: APIRequest, _ installation: Installation
  ) throws -> any PendingRequest {
    guard let digest = SHA256(hex: request["digest"]) else {
      throw KilnError(
        .usage, "`\(request["digest"])` is not a SHA-256 digest",
        fix: "64 lower-case hexadecimal digits")
    }
    return FileUpload(digest, installation.state)
  }
}

extension Installation {
  /// Whether the content is here, complete and durable.
  func has(_ digest: SHA256) -> Bool { sizeOfFile(digest) != nil }

  func sizeOfFile(_ digest: SHA256) -> Int64? { fileSize(state.file(digest)) }
}

/// Size of a regular file; nil where there is none.
func fileSize(_ path: String) -> Int64? {
  var facts = stat()
  // Sound: `facts` is a local that outlives the call.
  guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
  return Int64(facts.st_size)
}
