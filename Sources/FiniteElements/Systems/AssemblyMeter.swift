import LinearAlgebra
import Synchronization

/// What filling sparse matrices from elements took, on all threads.
package struct AssemblyCost: Equatable, Sendable {
  /// Processor seconds, added up over the threads.
  package var seconds = 0.0
  /// Entries of the triangles that were filled, each matrix counted.
  package var entries = 0
}

/// Adds up the cost of a system's assemblies.
final class AssemblyMeter: Sendable {
  private let sum = Mutex(AssemblyCost())

  var cost: AssemblyCost { sum.withLock { $0 } }

  func add(entries: Int) { sum.withLock { $0.entries += entries } }

  /// Counts the processor time of `body` on the calling thread.
  func time<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ThreadClock.seconds()
    defer {
      let seconds = ThreadClock.seconds() - start
      sum.withLock { $0.seconds += seconds }
    }
    return try body()
  }
}
