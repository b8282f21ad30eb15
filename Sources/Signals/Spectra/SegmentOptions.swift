/// How a recording is cut into segments, and what happens to each before its transform.
package struct SegmentOptions: Hashable, Sendable {
  /// Samples of a segment.
  package var length: Int
  /// Samples that neighbouring segments share, less than `length`.
  package var overlap: Int
  package var window: Window
  package var detrend: Detrend

  package init(
    length: Int, overlap: Int? = nil, window: Window = .hann, detrend: Detrend = .constant
  ) {
    self.length = length
    self.overlap = overlap ?? length / 2
    self.window = window
    self.detrend = detrend
    precondition(length >= 2, "a segment has at least two samples")
    precondition((0..<length).contains(self.overlap), "segments overlap by less than their length")
  }

  /// Samples from the start of a segment to that of the next.
  package var hop: Int { length - overlap }

  /// Bins of the one-sided spectrum of a segment.
  package var bins: Int { length / 2 + 1 }
}
