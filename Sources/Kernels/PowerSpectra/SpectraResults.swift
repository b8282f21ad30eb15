import Base
import Formats
import Signals

/// The tables and arrays of `signal.psd`.
struct SpectraResults {
  let spectra: WelchSpectra
  /// For each channel the one-sided density, averaged as asked for.
  let averaged: [[Double]]
  let average: String
  let isDensity: Bool
  let channels: [Column]
  /// Window, segments, trend in one line.
  let conventions: String

  var scale: SpectralScale { spectra.scale }

  /// The spectrum of a channel in the scaling that was asked for.
  func spectrum(_ channel: Int) -> [Double] {
    isDensity ? averaged[channel] : averaged[channel].map { $0 * scale.noiseBandwidth }
  }

  /// `(m/s^2)^2/Hz`, `(m/s^2)^2`.
  func unit(_ channel: Int) -> String? {
    let square = DerivedUnit.square(channels[channel].unit)
    return isDensity ? DerivedUnit.quotient(square, "Hz") : square
  }

  func write(to context: KernelContext) throws(KilnError) {
    try writeSpectra(to: context)
    try context.figure("psd.svg", SpectraFigure(self).spectra)
    guard let reference = spectra.reference else { return }
    try writeCross(reference, to: context)
    try writeResponses(reference, to: context)
    try context.figure("frf.svg", SpectraFigure(self).responses(to: reference))
  }

  private func writeSpectra(to context: KernelContext) throws(KilnError) {
    var columns = [Column("frequency", unit: "Hz")]
    var values = [scale.frequencies]
    for (index, channel) in channels.enumerated() {
      columns.append(Column(channel.name, unit: unit(index)))
      values.append(spectrum(index))
    }
    try context.write("psd", columns, values, asArray: true)
  }

  private func writeCross(_ reference: Int, to context: KernelContext) throws(KilnError) {
    var columns = [Column("frequency", unit: "Hz")]
    var values = [scale.frequencies]
    var coherence = (columns: columns, values: values)
    let factor = isDensity ? 1 : scale.noiseBandwidth
    for (index, channel) in channels.enumerated() {
      guard let cross = spectra.cross[index] else { continue }
      let product = DerivedUnit.product(channels[reference].unit, channel.unit)
      let unit = isDensity ? DerivedUnit.quotient(product, "Hz") : product
      columns.append(Column("\(channel.name) real", unit: unit))
      columns.append(Column("\(channel.name) imaginary", unit: unit))
      values += [cross.real.map { $0 * factor }, cross.imaginary.map { $0 * factor }]
      coherence.columns.append(Column(channel.name))
      coherence.values.append(spectra.coherence(index) ?? [])
    }
    try context.write("csd", columns, values)
    try context.write("coherence", coherence.columns, coherence.values)
  }

  private func writeResponses(_ reference: Int, to context: KernelContext) throws(KilnError) {
    var columns = [Column("frequency", unit: "Hz")]
    var values = [scale.frequencies]
    for (index, channel) in channels.enumerated() {
      guard let h1 = spectra.h1(index), let h2 = spectra.h2(index) else { continue }
      let unit = DerivedUnit.quotient(channel.unit, channels[reference].unit)
      for (name, response) in [("H1", h1), ("H2", h2)] {
        columns += [
          Column("\(channel.name) \(name) real", unit: unit),
          Column("\(channel.name) \(name) imaginary", unit: unit),
          Column("\(channel.name) \(name) size", unit: unit),
          Column("\(channel.name) \(name) phase", unit: "deg"),
        ]
        values += [response.real, response.imaginary, response.magnitude, response.phaseDegrees]
      }
    }
    try context.write("frf", columns, values, asArray: true)
  }
}

extension KernelContext {
  /// Writes columns of one length as `NAME.csv`, and where wanted as `NAME.npy`, row after row.
  func write(
    _ name: String, _ columns: [Column], _ values: [[Double]], asArray: Bool = false
  ) throws(KilnError) {
    let rows = values.first?.count ?? 0
    let table = try tableOutput("\(name).csv", columns)
    var all: [Double] = []
    for row in 0..<rows {
      let numbers = values.map { $0[row] }
      try table.append(numbers)
      if asArray { all += numbers }
    }
    try table.finish()
    if asArray { try arrayOutput("\(name).npy", all, shape: [rows, columns.count]) }
  }
}
