import Base
import JobModel
import Wire

/// A local file that a job needs, by its content.
package struct LocalFile: Hashable, Sendable {
  package let digest: SHA256
  package let path: String
  package let size: ByteCount

  package init(digest: SHA256, path: String, size: ByteCount) {
    self.digest = digest
    self.path = path
    self.size = size
  }
}

extension KilnClient {
  /// Uploads what the server does not have yet; returns what it had to send.
  @discardableResult
  package func upload(_ files: [LocalFile]) throws(Problems) -> [LocalFile] {
    guard !files.isEmpty else { return [] }
    let byDigest = Dictionary(files.map { ($0.digest, $0) }) { first, _ in first }
    let asked = DigestList(digests: byDigest.keys.sorted { $0.hex < $1.hex })
    let missing: DigestList = try post("/files/missing", asked)
    let sent = missing.digests.compactMap { byDigest[$0] }
    for file in sent {
      let body = HTTPRequest.Body.file(path: file.path, size: file.size)
      _ = try connection.perform(
        HTTPRequest(method: .put, path: "/files/\(file.digest)", body: body))
    }
    return sent
  }
}
