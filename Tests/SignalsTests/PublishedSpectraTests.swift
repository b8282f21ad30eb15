import Glibc
import LinearAlgebra
import Signals
import TestSupport
import Testing

/// Spectra of other programs; skipped where the certified data is missing.
@Suite(
  "published spectra (skipped where the certified data is missing)",
  .enabled(if: CertifiedData.isThere("psd/welch.csv")))
struct PublishedSpectraTests {
  /// What two good implementations may differ by, as a share of the largest bin.
  static let tolerance = 1e-10
  /// The program writes single precision and scales its first bin in a way of its own.
  static let thirdPartyTolerance = 2e-2

  @Test("of two coupled channels are SciPy's")
  func scipy() throws {
    let data = try #require(CertifiedData.columns("psd/xy.csv"))
    let expected = try #require(CertifiedData.columns("psd/welch.csv"))
    let (x, y) = (try #require(data["x"]), try #require(data["y"]))
    let spectra = Recordings.welch(
      [x, y], SegmentOptions(length: 512, overlap: 256), rateHz: 1000, reference: 0)
    let cross = try #require(spectra.cross[1])
    let h1 = try #require(spectra.h1(1))
    let spectrum = spectra.mean[0].map { $0 * spectra.scale.noiseBandwidth }
    for (name, values) in [
      ("f", spectra.scale.frequencies), ("Pxx", spectra.mean[0]), ("Pyy", spectra.mean[1]),
      ("Re_Pxy", cross.real), ("Im_Pxy", cross.imaginary), ("Pxx_spectrum", spectrum),
      ("coherence", try #require(spectra.coherence(1))), ("H1_re", h1.real),
      ("H1_im", h1.imaginary),
    ] {
      let difference = worst(values, try #require(expected[name]))
      #expect(difference <= Self.tolerance, "\(name)")
      recordVerification(
        "signal.psd", name, source: "SciPy 1.17.1, 8192 samples",
        measure: "largest difference, share of the largest bin", value: difference,
        granted: Self.tolerance)
    }
  }

  @Test("of noise are those of the program PITSA")
  func pitsa() throws {
    let noise = try #require(CertifiedData.columns("psd/pitsa_noise.csv")?["x"])
    let expected = try #require(CertifiedData.columns("psd/pitsa_noise_psd.csv")?["psd"])
    let options = SegmentOptions(length: 512, overlap: 0, window: .welch)
    let density = Recordings.welch([noise], options, rateHz: 100).mean[0]
    let difference = zip(density, expected).map { abs($0 / $1 - 1) }.max() ?? 1
    #expect(difference <= Self.thirdPartyTolerance)
    recordVerification(
      "signal.psd", "noise", source: "PITSA, 8192 samples",
      measure: "largest relative difference of all bins", value: difference,
      granted: Self.thirdPartyTolerance)
  }
}
