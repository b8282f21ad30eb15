/// S onsets: where the horizontal motion behind a P onset becomes another signal.
package struct ShearPicker: Sendable {
  /// Samples behind the P onset in which the S onset lies.
  package let within: Int
  /// Samples whose energy tells the S wave from what is before it, and that the models are fitted to.
  package let window: Int
  /// Coefficients of each autoregressive model.
  package let order: Int

  package init(within: Int, window: Int, order: Int) {
    (self.within, self.window, self.order) = (within, window, order)
  }

  /// The onset in two steps: the energy of all horizontal traces in a window stands out most from its mean since
  /// the P onset; from the P onset to one and a half windows behind that place two autoregressive models, of the P
  /// wave's coda and of the S wave, part best, as in ``AkaikePicker/autoregressive(_:order:fit:)``.
  ///
  /// - Parameters:
  ///   - traces: horizontal components, of one length.
  ///   - onset: sample of the P onset.
  /// - Returns: nil where the traces end too early.
  package func pick(_ traces: [[Double]], after onset: Int) -> Int? {
    guard let count = traces.first?.count, onset >= 0 else { return nil }
    let span = onset..<min(onset + within + window, count)
    guard span.count > 3 * window else { return nil }
    // Energies of all samples before each place of the span.
    var sums = [0.0]
    for place in span {
      sums.append(sums[place - onset] + traces.reduce(0) { $0 + $1[place] * $1[place] })
    }
    let places = window...(span.count - window)
    let ratios = places.map { place in
      let before = sums[place] / Double(place)
      return before > 0 ? (sums[place + window] - sums[place]) / before : 0
    }
    guard let best = ratios.indices.max(by: { ratios[$0] < ratios[$1] }) else { return nil }
    let end = min(places.lowerBound + best + window + window / 2, span.count)
    let parts = traces.map { Array($0[onset..<(onset + end)]) }
    return AkaikePicker.autoregressive(
      parts, order: order, fit: max(3 * order, min(window, end / 4))
    )
    .map { onset + $0 }
  }
}
