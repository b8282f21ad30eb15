import Base
import LinearAlgebra

/// Samples of one channel that are written once and read back from the end: what a zero-phase filter
/// needs between its two passes.
package protocol SampleStore: AnyObject {
  var count: Int { get }

  func append(_ samples: View<Double>) throws(KilnError)

  /// Reads as many samples as the view has, from `start` on.
  func read(at start: Int, into samples: MutableView<Double>) throws(KilnError)

  /// Writes over samples that are there.
  func write(_ samples: View<Double>, at start: Int) throws(KilnError)
}

/// A store in memory: for short recordings and tests.
package final class MemoryStore: SampleStore {
  private var samples: [Double] = []

  package init() {}

  package var count: Int { samples.count }

  package func append(_ new: View<Double>) throws(KilnError) {
    samples.reserveCapacity(samples.count + new.count)
    for index in 0..<new.count { samples.append(new[index]) }
  }

  package func read(at start: Int, into target: MutableView<Double>) throws(KilnError) {
    samples.withView { target.assign($0.slice(start, count: target.count)) }
  }

  package func write(_ new: View<Double>, at start: Int) throws(KilnError) {
    samples.withMutableView { $0.assign(new, at: start) }
  }
}
