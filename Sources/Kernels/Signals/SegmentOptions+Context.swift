import Base
import Signals

extension KernelContext {
  /// The segments that the parameters `segment` … `detrend` ask for, at this sample rate.
  func segmentOptions(rateHz: Double) throws(KilnError) -> SegmentOptions {
    var length = try integer("segment")
    let resolution = try quantity("resolution")
    if resolution > 0 {
      let wanted = (rateHz / resolution).rounded()
      guard wanted >= 2, wanted <= Double(1 << 26) else {
        throw KilnError(
          .taskFailed,
          "a resolution of \(resolution) Hz is not possible at \(rateHz) samples per second",
          fix: "choose between \(rateHz / Double(1 << 26)) Hz and \(rateHz / 2) Hz")
      }
      length = Int(wanted)
    }
    guard let window = Window(try text("window"), beta: try number("kaiser_beta")),
      let detrend = Detrend(rawValue: try text("detrend"))
    else { throw KilnError(.internalError, "a choice is unknown to the numerics") }
    let overlap = Int(try number("overlap") * Double(length))
    return SegmentOptions(
      length: length, overlap: min(overlap, length - 1), window: window, detrend: detrend)
  }

  /// Writes the conventions of segments into the summary.
  func describe(_ options: SegmentOptions) {
    summary.set("window", options.window.description)
    summary.set("segment", Double(options.length))
    summary.set("overlap", Double(options.overlap))
    summary.set("detrend", options.detrend.rawValue)
  }
}

extension SegmentOptions {
  /// For the line below a figure's title.
  var words: String {
    let share = Int((Double(overlap) / Double(length) * 100).rounded())
    let trend =
      switch detrend {
      case .none: "no detrending"
      case .constant: "mean removed"
      case .linear: "line removed"
      }
    return "\(window) window, \(length) samples, \(share) % overlap, \(trend)"
  }
}
