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
