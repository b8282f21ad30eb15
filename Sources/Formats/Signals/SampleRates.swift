import Base

/// The sample rates that several sources claim, and the one that holds.
struct SampleRates {
  let stated: Double?
  let file: Double?
  let path: String?
  /// Whether a rate must be known where no instants tell it.
  var isNeeded = true

  /// Relative difference that is no contradiction.
  private static let tolerance = 1e-3

  /// The rate, NaN where none is known or needed, and the spacing of the instants where there are some.
  func settled(
    _ instants: [Double]?, scale: Double
  ) throws(KilnError) -> (rateHz: Double, axis: TimeAxis?) {
    if let stated, !(stated > 0 && stated.isFinite) {
      throw KilnError(.usage, "the rate must be a positive number", at: path)
    }
    if let stated, let file, differ(stated, file) {
      throw KilnError(
        .invalidFile, "the job says \(stated) Hz, but the file has \(file) Hz", at: path,
        fix: "leave out `rate`")
    }
    guard let instants else {
      guard let rate = stated ?? file else {
        if !isNeeded { return (.nan, nil) }
        throw KilnError(
          .invalidFile, "the sample rate is not known", at: path,
          fix: "give `rate`, for example `rate: 1 kHz`, or name the column of instants under `time`"
        )
      }
      return (rate, nil)
    }
    let seen = TimeAxis(instants, scale: scale)
    guard let rate = stated ?? file else {
      guard let seen else {
        throw KilnError(
          .invalidFile, "the time does not rise, so that it tells no sample rate", at: path,
          fix: "check the column of `time`, or give `time: none` and `rate`")
      }
      return (seen.rateHz, seen)
    }
    if let seen, differ(rate, seen.rateHz) {
      throw KilnError(
        .invalidFile,
        "the rate is said to be \(rate) Hz, but the time column steps by \(Float(seen.step)) s "
          + "(\(Float(seen.rateHz)) Hz)", at: path,
        fix: "leave out `rate`, or give `time: none` if the time column is wrong")
    }
    return (rate, TimeAxis(rateHz: rate, quantum: seen?.quantum ?? 0))
  }

  private func differ(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) > Self.tolerance * max(abs(a), abs(b))
  }
}
