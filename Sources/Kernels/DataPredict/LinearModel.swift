import Base
import Formats
import LinearAlgebra
import Statistics

/// A model that is linear in its coefficients: a regression, or a calibration by latent variables.
struct LinearModel: RowModel {
  private struct Term {
    /// Places among the columns, with exponents.
    var powers: [(column: Int, exponent: Int)]
    var indicators: [(column: Int, level: String)]
  }

  let columns: [String]
  let labels: [String]
  let results: [Column]
  let knownLabels: [Int: Set<String>]
  private let terms: [Term]
  /// For each response one coefficient of each term.
  private let coefficients: [[Double]]
  /// Covariance of the coefficients of a single response, and what its predictions scatter by.
  private let uncertainty: (covariance: [Double], deviation: Double, margin: Double)?

  /// Of `data.regress`; with the limits between which a new observation lies at the model's confidence.
  init(regression file: ModelFile) throws(KilnError) {
    var columns: [String] = []
    var labels: [String] = []
    func place(_ name: String) -> Int {
      if let known = columns.firstIndex(of: name) { return known }
      columns.append(name)
      return columns.count - 1
    }
    var terms: [Term] = []
    var values: [Double] = []
    for item in try file.items("terms") {
      guard let coefficient = item["coefficient"]?.number,
        case .object(let powers) = item["powers"], case .object(let levels) = item["levels"]
      else { throw file.missing("terms") }
      var term = Term(powers: [], indicators: [])
      for power in powers {
        guard let number = power.value.number, let exponent = Int(exactly: number), exponent > 0
        else {
          throw file.missing("terms")
        }
        term.powers.append((place(power.name), exponent))
      }
      for member in levels {
        guard let level = member.value.text else { throw file.missing("terms") }
        if !labels.contains(member.name) { labels.append(member.name) }
        term.indicators.append((place(member.name), level))
      }
      terms.append(term)
      values.append(coefficient)
    }
    knownLabels = Dictionary(
      (file["levels"]?.members ?? []).compactMap { member in
        columns.firstIndex(of: member.name).map {
          ($0, Set((member.value.items ?? []).compactMap(\.text)))
        }
      }, uniquingKeysWith: { first, _ in first })
    let response = Column(try file.text("response"), unit: file["unit"]?.text)
    (self.columns, self.labels, self.terms, coefficients) = (columns, labels, terms, [values])
    guard file["covariance"] != nil, let degrees = file["degrees_of_freedom"]?.number, degrees > 0
    else {
      uncertainty = nil
      results = [response]
      return
    }
    let margin = StudentDistribution(degrees: degrees)
      .upperQuantile((1 - (try file.number("confidence"))) / 2)
    uncertainty = (
      try file.matrix("covariance", columns: terms.count), try file.number("residual_deviation"),
      margin
    )
    results = [
      response, Column("lower \(response.name)", unit: response.unit),
      Column("upper \(response.name)", unit: response.unit),
    ]
  }

  /// Of `data.pls`.
  init(calibration file: ModelFile) throws(KilnError) {
    columns = try file.texts("predictors")
    labels = []
    knownLabels = [:]
    terms =
      [Term(powers: [], indicators: [])]
      + columns.indices.map { Term(powers: [($0, 1)], indicators: []) }
    var results: [Column] = []
    var coefficients: [[Double]] = []
    for item in try file.items("responses") {
      let slopes = (item["coefficients"]?.items ?? []).compactMap(\.number)
      guard let name = item["name"]?.text, let constant = item["constant"]?.number,
        slopes.count == columns.count
      else { throw file.missing("responses") }
      results.append(Column(name, unit: item["unit"]?.text))
      coefficients.append([constant] + slopes)
    }
    (self.results, self.coefficients, uncertainty) = (results, coefficients, nil)
  }

  func predict(_ rows: MatrixView, levels: (Int) -> [String]) throws(KilnError) -> [[Double]] {
    let design = DenseMatrix(rows: rows.rows, columns: terms.count)
    for (index, term) in terms.enumerated() {
      let out = design.view.column(index)
      out.fill(0..<rows.rows, with: 1)
      for (column, exponent) in term.powers {
        let source = rows.column(column)
        for _ in 0..<exponent { for row in 0..<rows.rows { out[row] *= source[row] } }
      }
      for (column, level) in term.indicators {
        let number = levels(column).firstIndex(of: level).map(Double.init) ?? -1
        let source = rows.column(column)
        for row in 0..<rows.rows where source[row] != number { out[row] = 0 }
      }
    }
    var all = coefficients.map { values in
      let result = DenseMatrix(rows: rows.rows, columns: 1)
      let factors = DenseMatrix(rows: values.count, columns: 1, values)
      design.view.multiply(factors.view.column(0), into: result.view.column(0))
      return result.view.elements()
    }
    guard let (covariance, deviation, margin) = uncertainty else { return all }
    let matrix = DenseMatrix(rows: terms.count, columns: terms.count, covariance)
    let spread = DenseMatrix(rows: rows.rows, columns: terms.count)
    spread.view.setProduct(design.view, matrix.view)
    let widths = (0..<rows.rows).map { row in
      var square = deviation * deviation
      for term in terms.indices { square += spread.view[row, term] * design.view[row, term] }
      return margin * square.squareRoot()
    }
    let values = all[0]
    all.append(zip(values, widths).map { $0 - $1 })
    all.append(zip(values, widths).map { $0 + $1 })
    return all
  }
}
