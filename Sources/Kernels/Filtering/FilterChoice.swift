import Base
import Signals

/// The filter that the parameters ask for, at a sample rate.
struct FilterChoice {
  let action: FilterAction
  let change: RateChange?
  /// The digital design where it has poles.
  let design: ZerosPolesGain?
  /// One line for figures and summaries.
  let words: String
  /// The low-pass of the change of rate.
  let changeWords: String?

  init(_ context: KernelContext, rateHz: Double) throws(KilnError) {
    let family = try context.text("family")
    let isCausal = try context.text("direction") == "causal"
    change = try Self.change(context)
    changeWords = change.map { Self.words($0, rateHz: rateHz) }
    if family == "none" {
      let words = change == nil ? "no filter" : "none but the low-pass of the change of rate"
      (action, design, self.words) = (.none, nil, words)
      return
    }
    let band = try Self.band(context, rateHz: rateHz)
    let edges = band.edges.map { "\(Self.rounded($0 * rateHz / 2))" }.joined(separator: "–")
    let kind = "\(try context.text("band"))-pass".replacingStop
    if family == "fir" {
      let taps = try Self.taps(context, band, isCausal: isCausal)
      action = .finite(taps, delay: isCausal ? 0 : taps.count / 2)
      design = nil
      words = "finite response of \(taps.count) taps, \(kind) \(edges) Hz"
    } else {
      let order = try context.integer("order")
      let filter = try Self.family(family, context).digital(order: order, band)
      guard filter.poles.allSatisfy({ $0.magnitude < 1 }), filter.gain.isFinite else {
        throw KilnError(
          .taskFailed, "rounding makes this filter of order \(order) unstable",
          fix: "lower the `order`, or decimate first and filter at the lower rate")
      }
      action =
        isCausal
        ? .causal(filter.sections, startsSteady: try context.text("start") == "steady")
        : .zeroPhase(filter.sections)
      design = filter
      words = "\(Self.title(family)) of order \(order), \(kind) \(edges) Hz"
    }
  }

  private static func words(_ change: RateChange, rateHz: Double) -> String {
    let rate = change.up > 1 ? " at \(change.up) times the rate" : ""
    return "low-pass of \(change.taps.count) taps\(rate), \(change.window) window, edge "
      + "\(short(Double(rounded(change.edge * rateHz / 2)))) Hz, delay taken out"
  }

  /// Whether anything is done to the samples but passing them on.
  var isFilter: Bool {
    switch action {
    case .none: change != nil
    case .causal, .zeroPhase, .finite: true
    }
  }

  /// What a sine of ω radians per sample, at the rate before a change, is multiplied with in all.
  func response(_ angle: Double) -> Complex {
    action.response(angle) * (change?.response(angle) ?? Complex(1))
  }

  var isZeroPhaseOfSections: Bool {
    if case .zeroPhase = action { true } else { false }
  }

  var sections: [Section] {
    switch action {
    case .causal(let sections, _), .zeroPhase(let sections): sections
    case .none, .finite: []
    }
  }

  private static func title(_ family: String) -> String {
    switch family {
    case "butterworth": "Butterworth"
    case "chebyshev1": "Chebyshev I"
    case "chebyshev2": "Chebyshev II"
    case "bessel": "Bessel"
    case _: family
    }
  }

  private static func family(
    _ name: String, _ context: KernelContext
  ) throws(KilnError) -> FilterFamily {
    let (ripple, attenuation) = (try context.number("ripple"), try context.number("attenuation"))
    switch name {
    case "butterworth": return .butterworth
    case "chebyshev1": return .chebyshev1(rippleDB: ripple)
    case "chebyshev2": return .chebyshev2(attenuationDB: attenuation)
    case "elliptic":
      guard ripple < attenuation else {
        throw KilnError(
          .taskFailed, "an elliptic filter needs a `ripple` below its `attenuation`",
          fix: "1 dB and 40 dB are usual")
      }
      return .elliptic(rippleDB: ripple, attenuationDB: attenuation)
    case "bessel":
      guard let edge = BesselEdge(rawValue: try context.text("bessel_edge")) else { break }
      return .bessel(edge)
    case _: break
    }
    throw KilnError(.internalError, "the family `\(name)` is unknown to the numerics")
  }

  private static func band(
    _ context: KernelContext, rateHz: Double
  ) throws(KilnError) -> FilterBand {
    let (low, high) = (try context.quantity("edge"), try context.quantity("edge_high"))
    let (a, b) = (low / (rateHz / 2), high / (rateHz / 2))
    let kind = try context.text("band")
    guard high == 0 || kind == "band" || kind == "stop" else {
      throw KilnError(
        .taskFailed, "`edge_high` has no meaning for `band: \(kind)`, which has one edge",
        fix: "leave it out, or use `band: band` or `band: stop`")
    }
    let band: FilterBand =
      switch kind {
      case "low": .lowPass(a)
      case "high": .highPass(a)
      case "band": .bandPass(a, b)
      case _: .bandStop(a, b)
      }
    guard band.isPossible else {
      let given = band.edges.map { "\(rounded($0 * rateHz / 2)) Hz" }.joined(separator: " and ")
      throw KilnError(
        .taskFailed,
        "the edges of the filter must rise between 0 and half of the sample rate, "
          + "\(rounded(rateHz / 2)) Hz, and are \(given)",
        fix: band.edges.count == 1
          ? "give `edge`, for example `edge: \(rounded(rateHz / 8)) Hz`"
          : "give `edge` and `edge_high`, for example `edge: \(rounded(rateHz / 20)) Hz` and "
            + "`edge_high: \(rounded(rateHz / 8)) Hz`")
    }
    return band
  }

  private static func taps(
    _ context: KernelContext, _ band: FilterBand, isCausal: Bool
  ) throws(KilnError) -> [Double] {
    let count = try context.integer("taps")
    guard count % 2 == 1 || (isCausal && !band.passesNyquist) else {
      throw KilnError(
        .taskFailed, "this filter needs an odd number of taps, not \(count)",
        fix: "an even number has a delay of half a sample, and a zero at half of the sample rate")
    }
    guard let window = Window(try context.text("window"), beta: try context.number("kaiser_beta"))
    else { throw KilnError(.internalError, "the window is unknown to the numerics") }
    return finiteImpulse(taps: count, band, window: window)
  }

  private static func change(_ context: KernelContext) throws(KilnError) -> RateChange? {
    let (text, factor) = (try context.text("resample"), try context.integer("decimate"))
    if text.isEmpty { return factor > 1 ? RateChange(keepingEach: factor) : nil }
    let parts = text.split(separator: "/").map { Int($0.filter { $0 != " " }) }
    guard factor == 1, (1...2).contains(parts.count),
      let up = parts[0], let down = parts.count == 2 ? parts[1] : 1,
      (1...10_000).contains(up), (1...10_000).contains(down)
    else {
      throw KilnError(
        .taskFailed, "`resample: \(text)` is no fraction of whole numbers up to 10 000",
        fix: "write for example `resample: 3/2`; `decimate` must then be left out")
    }
    return up == down ? nil : RateChange(up: up, down: down)
  }

  private static func rounded(_ number: Double) -> Float { Float(number) }
}

extension String {
  /// `stop-pass` is called a band-stop.
  fileprivate var replacingStop: String { self == "stop-pass" ? "band-stop" : self }
}
