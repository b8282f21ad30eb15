import Testing

/// Nonlinear problems of the NIST Statistical Reference Datasets (public domain): data, both starts and
/// the certified 11 digits. Where this file has no standard errors, only parameters are compared.
///
/// Each problem's data, put into the certified parameters, give the certified sum of squares, and were compared
/// number by number with a second copy of NIST's files: MGH10, Rat43, Eckerle4, Bennett5 with the tests of
/// Eigen, ENSO with those of the GNU Scientific Library, Misra1b, Misra1d, Lanczos2, Gauss2, Gauss3 with those of
/// MIPAV, Nelson and Lanczos3 with R's NISTnls, Chwirut1 with MIPAV's.
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

  static let all: [CurveReference] = [
    .bennett5, .boxbod, .chwirut1, .chwirut2, .danWood, .enso, .eckerle4, .gauss1, .gauss2, .gauss3,
    .hahn1, .kirby2, .lanczos1, .lanczos2, .lanczos3, .mgh09, .mgh10, .mgh17, .misra1a, .misra1b,
    .misra1c, .misra1d, .nelson, .rat42, .rat43, .roszman1, .thurber,
  ]
}
