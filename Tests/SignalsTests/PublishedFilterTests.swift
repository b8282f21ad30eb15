import Base
import Glibc
import Signals
import TestSupport
import Testing

/// Designs and filtered samples of SciPy.
@Suite(
  "published filters (skipped where the certified data is missing)",
  .enabled(if: CertifiedData.isThere("filters/reference.json")))
struct PublishedFilterTests {
  static let poles = 1e-8
  static let magnitude = 1e-9
  /// Of the largest sample.
  static let samples = 1e-8

  @Test("have SciPy's poles, gains and responses, and filter as SciPy does")
  func infinite() throws {
    let reference = try #require(CertifiedData.json("filters/reference.json"))
    let input = try #require(CertifiedData.columns("filters/input.csv")?["x"])
    let outputs = try #require(CertifiedData.columns("filters/outputs.csv"))
    for entry in try #require(reference["designs"]?.items) {
      let (name, family, order, band) = try Self.design(entry)
      let filter = family.digital(order: order, band)
      let expected = try #require(entry["poles_sorted"]?.items).compactMap(\.references)
      #expect(expected.count == filter.poles.count)
      var worstPole = 0.0
      for pole in expected {
        let nearest = filter.poles.map { ($0 - Complex(pole[0], pole[1])).magnitude }.min() ?? 1
        worstPole = max(worstPole, nearest)
      }
      #expect(worstPole <= Self.poles, "\(name)")
      let gain = try #require(entry["gain"]?.reference)
      #expect(abs(filter.gain - gain) <= Self.poles * gain)
      let angles = try #require(entry["freq_rad"]?.references)
      for (angle, size) in zip(angles, try #require(entry["mag"]?.references)) {
        #expect(abs(filter.sections.response(angle).magnitude - size) <= Self.magnitude)
      }
      let causal = worst(
        Filtering.causal(input, filter.sections, block: 500),
        try #require(outputs["\(name)_sosfilt"]))
      #expect(causal <= Self.samples, "\(name)")
      let twice = worst(
        try Filtering.zeroPhase(input, filter.sections, block: 500),
        try #require(outputs["\(name)_sosfiltfilt"]))
      #expect(twice <= Self.samples, "\(name)")
      for (what, value, granted) in [
        ("largest error of a pole", worstPole, Self.poles),
        ("causal, share of the largest sample", causal, Self.samples),
        ("zero phase, share of the largest sample", twice, Self.samples),
      ] {
        recordVerification(
          "signal.filter", name, source: "SciPy 1.17.1", measure: what, value: value,
          granted: granted)
      }
    }
  }

  @Test("by windows are SciPy's, and so is a change of the rate")
  func finite() throws {
    let reference = try #require(CertifiedData.json("filters/reference.json"))
    let input = try #require(CertifiedData.columns("filters/input.csv")?["x"])
    let expected = try #require(reference["firwin_hamming_101_0p3"]?.references)
    let taps = finiteImpulse(taps: 101, .lowPass(0.3), window: .hamming)
    #expect(worst(taps, expected) <= Self.samples)
    for member in try #require(reference["resample_poly_default_kaiser5"]?.members) {
      let ratio = member.name
      let rates = ratio.split(separator: "/").compactMap { Int($0) }
      let filter = resamplingFilter(up: rates[0], down: rates[1])
      let found = Filtering.polyphase(
        input, filter.taps, up: rates[0], down: rates[1], delay: filter.delay, block: 300)
      let exact = try #require(member.value.references)
      let difference = worst(Array(found.prefix(exact.count)), exact)
      #expect(difference <= Self.samples)
      recordVerification(
        "signal.filter", "resampling \(ratio)", source: "SciPy 1.17.1",
        measure: "share of the largest sample", value: difference, granted: Self.samples)
    }
  }

  private static func design(
    _ entry: JSONValue
  ) throws -> (name: String, FilterFamily, order: Int, FilterBand) {
    let (design, kind) = (try #require(entry["design"]?.text), try #require(entry["btype"]?.text))
    let order = Int(try #require(entry["order"]?.reference))
    let parameters = try #require(entry["params"])
    let edges = try #require(
      parameters["Wn"]?.references ?? parameters["Wn"]?.reference.map { [$0] })
    let (ripple, attenuation) = (parameters["rp"]?.reference ?? 0, parameters["rs"]?.reference ?? 0)
    let family: FilterFamily =
      switch design {
      case "cheby1": .chebyshev1(rippleDB: ripple)
      case "cheby2": .chebyshev2(attenuationDB: attenuation)
      case "ellip": .elliptic(rippleDB: ripple, attenuationDB: attenuation)
      case "bessel": .bessel(.phase)
      default: .butterworth
      }
    let band: FilterBand =
      switch kind {
      case "high": .highPass(edges[0])
      case "band", "bandpass": .bandPass(edges[0], edges[1])
      case "stop", "bandstop": .bandStop(edges[0], edges[1])
      default: .lowPass(edges[0])
      }
    return ("\(design)\(order)_\(kind)", family, order, band)
  }
}
