import Base
import JobModel

extension KernelDeclaration {
  /// Spectra over time.
  package static let signalSpectrogram = KernelDeclaration(
    name: "signal.spectrogram",
    summary:
      "Spectra over time: spectrogram of each channel, its ridge and level, optional inverse.",
    discussion: """
      Cuts a channel into overlapping segments as `signal.psd` does, and keeps the spectrum of each \
      (short-time Fourier transform). `spectrogram.npy` has them all, row after row in time; \
      `frames.csv` has for each segment the strongest frequency and the rms in the band.

      `inverse: true` turns the spectra, reduced to the band, back into samples by weighted overlap-add: \
      a filter with sharp edges, and with the whole band a check of the transform. The summary says \
      whether window and overlap allow it (NOLA) and whether segments add up evenly (COLA).
      """,
    parameters: ParameterDeclaration.signalParameters + ParameterDeclaration.segmentParameters + [
      .scaling,
      ParameterDeclaration(
        "values", .choice(["density", "db"]),
        "What `spectrogram.npy` holds: the power, or decibels (10 log10) of it over 1 unit²/Hz.",
        default: .text("density")),
      ParameterDeclaration(
        "band_from", .quantity(dimension: "frequency", 0...1e12),
        "Low end of the band of ridge, rms and inverse. 0: all but the frequency 0.",
        default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "band_to", .quantity(dimension: "frequency", 0...1e12),
        "High end of that band. 0: half of the sample rate.", default: .quantity(0, unit: "Hz")),
      ParameterDeclaration(
        "inverse", .flag, "Also writes the samples that the band of the spectra amounts to.",
        default: .flag(false)),
      ParameterDeclaration(
        "range", .number(10...400), "Decibels below the largest value that the figure shows.",
        default: .number(80)),
    ],
    inputs: [
      InputDeclaration("signal", "The recording: CSV, NPY, WAV and the other formats of signals.")
    ],
    outputs: [
      OutputDeclaration("spectrogram.npy", "Segments × frequencies, of the first channel."),
      OutputDeclaration(
        "frames.csv", "Time, strongest frequency and rms in the band of each segment."),
      OutputDeclaration("mean.csv", "The mean over time: Welch's spectrum."),
      OutputDeclaration("inverse.npy", "With `inverse`: samples of the band."),
      OutputDeclaration("spectrogram.svg", "Figure: decibels over time and frequency."),
      OutputDeclaration("summary.json", "Sizes, strongest frequency, whether it can be inverted."),
    ],
    scalars: [
      ScalarDeclaration(
        "peak_frequency", unit: "Hz", "Frequency of the largest value in the band."),
      ScalarDeclaration("peak_time", unit: "s", "When that is."),
      ScalarDeclaration("rms", "Root mean square in the band, over all segments."),
      ScalarDeclaration("ridge_slope", unit: "Hz/s", "Slope of the line through the ridge."),
      ScalarDeclaration("segments", "Segments."),
      ScalarDeclaration("resolution", unit: "Hz", "Distance of the frequencies."),
      ScalarDeclaration(
        "inverse_error", "Largest difference of inverse and signal, where the band is whole."),
      ScalarDeclaration("gaps", "Gaps met."),
    ],
    example: """
      name: run-up
      kernel: signal.spectrogram
      inputs: {signal: ../../models/run-up/run-up.csv}
      parameters: {segment: 256, overlap: 0.75}
      """,
    estimate: { segmentEstimate($0, bytesPerSecond: 5e7) })
}
