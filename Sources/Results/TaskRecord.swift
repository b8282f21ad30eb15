import Base
import JobModel
import Wire

/// What one attempt left behind: an entry of a segment.
package struct TaskRecord: Hashable, Sendable, Codable {
  package var task: Int
  package var attempt: Int
  package var reason: EndReason
  package var message: String?
  package var startedAt: Timestamp
  package var usage: Usage
  package var files: [RecordedFile]
  /// Nil in records of versions that did not say.
  package var enforcement: Enforcement?

  package init(
    task: Int, attempt: Int, reason: EndReason, message: String?, startedAt: Timestamp,
    usage: Usage, files: [RecordedFile], enforcement: Enforcement? = nil
  ) {
    self.task = task
    self.attempt = attempt
    self.reason = reason
    self.message = message
    self.startedAt = startedAt
    self.usage = usage
    self.files = files
    self.enforcement = enforcement
  }
}

/// A result file or a log of an attempt, and where its bytes lie.
package struct RecordedFile: Hashable, Sendable, Codable {
  package enum Place: Hashable, Sendable, Codable {
    /// Offset in the segment.
    case inline(offset: Int64)
    /// Path relative to the state directory.
    case external(String)
  }

  package var name: String
  package var size: ByteCount
  package var digest: SHA256
  package var place: Place
  /// `stdout` and `stderr` are logs: kept, but not pulled unless asked for.
  package var isLog: Bool

  package init(
    name: String, size: ByteCount, digest: SHA256, place: Place, isLog: Bool = false
  ) {
    self.name = name
    self.size = size
    self.digest = digest
    self.place = place
    self.isLog = isLog
  }
}
