import Base

/// What the runtime offers a running kernel; ``KernelContext`` is the face that kernels see.
package protocol KernelHost: AnyObject {
  /// The attempt's working folder with its inputs, made when it is first asked for.
  func workingFolder() throws(KilnError) -> String

  /// Takes a report of where the kernel stands; cheap, and kept only when it is the last.
  /// - Returns: whether the metrics have come as far as the job file's `stop_when` asks.
  func report(phase: String, fraction: Double?, metrics: [String: Double]) -> Bool

  /// Whether the kernel is to stop; any thread may ask.
  var cancellation: @Sendable () -> Bool { get }
}
