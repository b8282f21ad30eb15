import Base
import JobModel

/// The parameters of kernels that cut signals into segments and transform them.
extension ParameterDeclaration {
  package static let segment = ParameterDeclaration(
    "segment", .integer(2...(1 << 26)),
    "Samples of a segment; the resolution is the sample rate over it. Powers of two are fastest.",
    default: .number(1024))

  package static let resolution = ParameterDeclaration(
    "resolution", .quantity(dimension: "frequency", 0...1e12),
    "Distance of the frequencies, instead of `segment`. 0: `segment` decides.",
    default: .quantity(0, unit: "Hz"))

  package static let overlap = ParameterDeclaration(
    "overlap", .number(0...0.99), "Share of a segment that the next one has, too.",
    default: .number(0.5))

  package static let window = ParameterDeclaration(
    "window",
    .choice([
      "hann", "hamming", "blackman", "blackman-harris", "flat-top", "kaiser", "welch",
      "rectangular",
    ]),
    "Weights of a segment: `hann` for noise, `flat-top` for heights of tones, `blackman-harris` for "
      + "small tones beside large ones, `rectangular` for whole periods.",
    default: .text("hann"))

  package static let kaiserBeta = ParameterDeclaration(
    "kaiser_beta", .number(0...100), "Shape of the window `kaiser`; side lobes fall as it grows.",
    default: .number(8.6))

  package static let detrend = ParameterDeclaration(
    "detrend", .choice(["constant", "linear", "none"]),
    "What is taken off each segment first: its mean, its line of least squares, or nothing.",
    default: .text("constant"))

  package static let scaling = ParameterDeclaration(
    "scaling", .choice(["density", "spectrum"]),
    "`density`: power per frequency (unit²/Hz), for noise; `spectrum`: mean square in a bin (unit²), "
      + "for tones.", default: .text("density"))

  /// The parameters of every kernel that cuts a signal into segments, in this order.
  package static let segmentParameters: [ParameterDeclaration] = [
    .segment, .resolution, .overlap, .window, .kaiserBeta, .detrend,
  ]
}

/// What a kernel that streams segments takes: reading decides the time, segments and channels the memory.
func segmentEstimate(_ facts: EstimateFacts, bytesPerSecond: Double) -> Estimate {
  var segment = 1024.0
  if case .number(let number)? = facts.parameters["segment"] { segment = number }
  if case .quantity(let resolution, _)? = facts.parameters["resolution"], resolution > 0 {
    // The rate is not known yet.
    segment = max(segment, 65_536)
  }
  // Held samples, weights, spectra, sums: about ten numbers for each of a segment, in each channel.
  let memory = 56e6 + channelsEstimate(facts) * (80 * segment + 1e5)
  let bytes = Double(facts.inputSizes["signal"]?.bytes ?? 0)
  return Estimate(
    seconds: Seconds(0.05 + bytes / bytesPerSecond), memory: ByteCount(Int64(memory)))
}

/// How many channels a signal has: those that are named, else a dozen.
func channelsEstimate(_ facts: EstimateFacts) -> Double {
  guard case .text(let names)? = facts.parameters["channels"], !names.isEmpty else { return 12 }
  return Double(names.split { $0 == "," || $0 == "，" || $0 == ";" }.count)
}
