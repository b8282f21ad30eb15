import Base
import Signals

/// The parameters of `signal.pick` in samples, checked against each other.
struct PickOptions {
  enum Method {
    case trigger(CharacteristicFunction)
    case baer(BaerPicker)
  }

  enum Refinement: String {
    case none
    case aic
    case autoregressive = "ar-aic"
  }

  let method: Method
  let methodName: String
  let on: Double
  let off: Double
  /// Samples of the long window, before which nothing can be found; nil: the method has none.
  let long: Int?
  let longest: Int
  let refinement: Refinement
  let before: Int
  let after: Int
  let order: Int
  let removesMean: Bool
  let shear: ShearPicker?
  let stations: Int
  let extensionSeconds: Double

  init(_ context: KernelContext, rateHz: Double) throws(KilnError) {
    func samples(_ name: String) throws(KilnError) -> Int {
      Int((try context.quantity(name) * rateHz).rounded())
    }
    methodName = try context.text("method")
    let (short, long) = (try samples("short"), try samples("long"))
    on = try context.number("on")
    off = try context.number("off")
    guard short >= 1, long > short else {
      throw KilnError(
        .taskFailed,
        "the windows of \(short) and \(long) samples are no short and long one at \(rateHz) Hz",
        fix: "give `short` at least one sample and `long` more")
    }
    self.long = methodName == "z-detect" ? nil : long
    if methodName == "baer" {
      method = .baer(
        BaerPicker(
          longestDip: try samples("dip"), shortestEvent: short, triggerLevel: on,
          updateLevel: max(off, on), preset: long,
          amplitudeWindow: try samples("amplitude_window")))
    } else {
      guard off <= on else {
        throw KilnError(
          .taskFailed, "`off` is above `on`", fix: "a trigger must begin above where it ends")
      }
      method = .trigger(
        try Self.function(
          methodName, short, long, ratio: try context.number("ratio"),
          quiet: try context.number("quiet")))
    }
    let longest = try samples("longest")
    self.longest = longest > 0 ? longest : .max
    refinement = Refinement(rawValue: try context.text("refine")) ?? .none
    (before, after) = (try samples("before"), try samples("after"))
    order = try context.integer("order")
    removesMean = try context.text("detrend") == "mean"
    let within = try samples("s_within")
    shear =
      within > 0
      ? ShearPicker(
        within: within, window: try samples("s_window"), order: try context.integer("s_order"))
      : nil
    stations = try context.integer("stations")
    extensionSeconds = try context.quantity("extension")
  }

  private static func function(
    _ name: String, _ short: Int, _ long: Int, ratio: Double, quiet: Double
  ) throws(KilnError) -> CharacteristicFunction {
    switch name {
    case "classic": .classic(short: short, long: long)
    case "recursive": .recursive(short: short, long: long)
    case "delayed": .delayed(short: short, long: long)
    case "delayed-obspy": .delayedWithoutEnd(short: short, long: long)
    case "z-detect": .zDetect(short: short)
    case "carl": .carl(short: short, long: long, ratio: ratio, quiet: quiet)
    case _: throw KilnError(.taskFailed, "`method` \(name) is unknown")
    }
  }
}
