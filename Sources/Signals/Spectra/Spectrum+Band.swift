/// What engineers ask of a density first.
extension SpectralScale {
  /// The bins whose frequencies lie in a band, ends included.
  package func bins(in band: ClosedRange<Double>) -> Range<Int> {
    let first = max(0, (band.lowerBound / spacing - 1e-9).rounded(.up))
    let last = min(Double(bins - 1), (band.upperBound / spacing + 1e-9).rounded(.down))
    return first <= last ? Int(first)..<Int(last) + 1 : 0..<0
  }

  /// The root mean square of what lies in a band: `sqrt(Σ P Δf)` over its bins.
  package func rms(_ density: [Double], in band: ClosedRange<Double>) -> Double {
    (density[bins(in: band)].reduce(0, +) * spacing).squareRoot()
  }

  /// The bin of the largest density in a band; nil where the band has no bin.
  package func peakBin(_ density: [Double], in band: ClosedRange<Double>) -> Int? {
    bins(in: band).max { density[$0] < density[$1] }
  }
}
