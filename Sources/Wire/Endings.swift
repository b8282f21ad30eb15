import Base

/// Sentences for ends that the platform decides, said by the worker or, after its death, by the engine.
package enum Endings {
  package static func memory(_ limit: ByteCount) -> String {
    "used more memory than its limit of \(limit)"
  }

  package static func time(_ limit: Seconds?) -> String {
    limit.map { "ran longer than its limit of \($0)" } ?? "ran longer than its limit"
  }

  package static let stopped = "stopped early by stop_when"
  package static let checkpointed = "has saved where it stands and asks to be run again"
}
