import Testing

/// Nonlinear problems of the NIST Statistical Reference Datasets (public domain): data, both starts and
/// the certified 11 digits. Where this file has no standard errors, only parameters are compared.
///
/// Those of `fromMemory` were written down from memory, not copied from NIST's files: their data reproduce the
/// sums of squares that NIST certifies, as remembered, to ten digits or more.
struct CurveReference: Sendable, CustomTestStringConvertible {
  let name: String
  let model: String
  let response: [Double]
  let variables: [[Double]]
  let starts: [[Double]]
  let parameters: [Double]
  let standardErrors: [Double]
  let residualSum: Double

  var testDescription: String { name }

  var variableNames: [String] { variables.count == 1 ? ["x"] : ["x1", "x2"] }

  /// Names of the problems whose data were not compared with NIST's files.
  private static let fromMemory: Set = [
    "Misra1b", "Misra1d", "Lanczos2", "Lanczos3", "MGH10", "Rat43", "Eckerle4", "ENSO", "Nelson",
  ]

  /// For the verification record.
  var source: String {
    CurveReference.fromMemory.contains(name) ? "NIST StRD, data from memory" : "NIST StRD"
  }

  static let all: [CurveReference] = [
    .boxbod, .chwirut2, .danWood, .enso, .eckerle4, .gauss1, .hahn1, .kirby2, .lanczos1,
    .lanczos2, .lanczos3, .mgh09, .mgh10, .mgh17, .misra1a, .misra1b, .misra1c, .misra1d,
    .nelson, .rat42, .rat43, .roszman1, .thurber,
  ]
}
