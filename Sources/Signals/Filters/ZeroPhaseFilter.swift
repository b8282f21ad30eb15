import Base
import LinearAlgebra

/// Filters a stretch forwards and then backwards, which leaves no phase and squares the magnitude.
///
/// Both ends are extended by their mirror image through the end point, and both passes begin in the steady
/// state of their first sample (F. Gustafsson, IEEE Trans. Signal Process. 44 (1996) 988-992, discusses the
/// choice; this is that of `filtfilt`). The forward result lies in a store, so memory is constant.
package struct ZeroPhaseFilter: ~Copyable {
  private let sections: [Section]
  private let wantedPadding: Int
  private let store: any SampleStore
  private let base: Int
  private var cascade: SectionCascade?
  /// What came before there were enough samples to extend the front.
  private var front: [Double] = []
  /// The last samples, for the extension of the end.
  private var tail: [Double] = []
  /// Samples that were added to the front.
  private var padding = 0
  private var received = 0

  /// - Parameter store: where results go, behind what it holds already.
  package init(_ sections: [Section], store: any SampleStore) {
    self.sections = sections
    wantedPadding = sections.zeroPhasePadding
    self.store = store
    base = store.count
  }

  /// Takes the next samples of the stretch.
  package mutating func add(_ samples: View<Double>) throws(KilnError) {
    received += samples.count
    var start = 0
    if cascade == nil {
      while start < samples.count && front.count <= wantedPadding {
        front.append(samples[start])
        start += 1
      }
      guard front.count > wantedPadding else { return }
      try begin()
    }
    try pass(samples.slice(start, count: samples.count - start))
  }

  /// Runs the backward pass; the result's range in the store, one sample for each that came in.
  ///
  /// - Parameter isCancelled: asked between blocks; true stops, and the result is incomplete.
  package mutating func finish(isCancelled: () -> Bool = { false }) throws(KilnError) -> Range<Int>
  {
    guard received > 0 else { return base..<base }
    // A stretch shorter than the padding is extended by all that it has.
    if cascade == nil { try begin() }
    var end: [Double] = []
    if padding > 0, let last = tail.last {
      end = (1...padding).map { 2 * last - tail[tail.count - 1 - $0] }
    }
    try pass(end)
    try passBack(isCancelled)
    return base + padding..<base + padding + received
  }

  /// Extends the front and sends it through.
  private mutating func begin() throws(KilnError) {
    padding = min(wantedPadding, front.count - 1)
    let extended = (0..<padding).map { 2 * front[0] - front[padding - $0] } + front
    cascade = SectionCascade(sections, steadyInput: extended[0])
    tail = []
    try pass(extended)
    front = []
  }

  private mutating func pass(_ samples: [Double]) throws(KilnError) {
    try samples.withView { (view) throws(KilnError) in try pass(view) }
  }

  private mutating func pass(_ samples: View<Double>) throws(KilnError) {
    guard samples.count > 0 else { return }
    remember(samples)
    let buffer = Buffer(repeating: 0.0, count: samples.count)
    buffer.view.assign(samples)
    cascade?.filter(buffer.view)
    try store.append(buffer.view.reading)
  }

  /// Keeps the last `padding + 1` samples.
  private mutating func remember(_ samples: View<Double>) {
    let wanted = padding + 1
    let new = min(wanted, samples.count)
    tail.removeFirst(max(0, tail.count + new - wanted))
    for index in samples.count - new..<samples.count { tail.append(samples[index]) }
  }

  private func passBack(_ isCancelled: () -> Bool) throws(KilnError) {
    let block = Buffer(repeating: 0.0, count: Self.block)
    var end = store.count
    try store.read(at: end - 1, into: block.view.slice(0, count: 1))
    var backward = SectionCascade(sections, steadyInput: block.view[0])
    while end > base && !isCancelled() {
      let count = min(Self.block, end - base)
      let part = block.view.slice(0, count: count)
      try store.read(at: end - count, into: part)
      reverse(part)
      backward.filter(part)
      reverse(part)
      try store.write(part.reading, at: end - count)
      end -= count
    }
  }

  private static let block = 1 << 16
}

private func reverse(_ samples: MutableView<Double>) {
  var (low, high) = (0, samples.count - 1)
  while low < high {
    (samples[low], samples[high]) = (samples[high], samples[low])
    low += 1
    high -= 1
  }
}
