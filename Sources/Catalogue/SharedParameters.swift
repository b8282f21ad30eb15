import Base
import JobModel

extension ParameterDeclaration {
  /// Which columns of a table are channels; shared by the kernels that read signals.
  package static let channels = ParameterDeclaration(
    "channels", .text,
    "Names or numbers (from 1) of the columns to use, separated by commas; empty: all but the time.",
    default: .text(""))

  /// Where the instants of a signal are.
  package static let time = ParameterDeclaration(
    "time", .text,
    "Column of instants. `auto`: one called time, t, seconds or timestamp, if there is one; `none`: "
      + "the samples follow at the `rate`.",
    default: .text("auto"))

  /// Samples per second.
  package static let rate = ParameterDeclaration(
    "rate", .quantity(dimension: "frequency", 0...1e12),
    "Sample rate. 0: what the file or its time column says; both must agree where both are given.",
    default: .quantity(0, unit: "Hz"))

  /// What happens where samples are missing.
  package static let gaps = ParameterDeclaration(
    "gaps", .choice(["fail", "split", "interpolate", "zero"]),
    "Missing samples and holes in time: an error, recordings of their own before and after, a "
      + "straight line between the neighbours, or zeros.",
    default: .text("fail"))

  /// The parameters of every kernel that reads a signal, in this order.
  package static let signalParameters: [ParameterDeclaration] = [.channels, .time, .rate, .gaps]
}
