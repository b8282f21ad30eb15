import Base
import Formats
import LinearAlgebra
import Statistics

/// A formula with the parameters that `data.fit` found, one set for each group.
struct CurveModel: RowModel {
  let columns: [String]
  let labels: [String]
  let results: [Column]
  private let fitter: CurveFitter
  private let parameters: [String: [Double]]
  /// Place of the column that names the group.
  private let group: Int?

  init(_ file: ModelFile) throws(KilnError) {
    let expression = try ExpressionParser.parse(try file.text("model"), source: "model")
    let names = try file.texts("parameters")
    let variables = expression.names.filter { !names.contains($0) }
    let group = file["group"]?.text
    (columns, labels) = (variables + [group].compactMap { $0 }, [group].compactMap { $0 })
    self.group = group.map { _ in variables.count }
    results = [Column(try file.text("response"), unit: file["unit"]?.text)]
    fitter = CurveFitter(Tape(expression, parameters: names, variables: variables))
    var parameters: [String: [Double]] = [:]
    for item in try file.items("groups") {
      let values = (item["values"]?.items ?? []).compactMap(\.number)
      guard let name = item["name"]?.text, values.count == names.count else {
        throw file.missing("groups")
      }
      parameters[name] = values
    }
    guard group != nil || parameters.count == 1 else { throw file.missing("group") }
    self.parameters = parameters
  }

  func predict(_ rows: MatrixView, levels: (Int) -> [String]) throws(KilnError) -> [[Double]] {
    let variables = rows.part(0..<rows.rows, 0..<(columns.count - labels.count))
    guard let group else {
      return [fitter.values(parameters.first?.value ?? [], variables)]
    }
    let names = levels(group)
    let source = rows.column(group)
    var values: [Double] = []
    var start = 0
    while start < rows.rows {
      var end = start + 1
      while end < rows.rows, source[end] == source[start] { end += 1 }
      let name = source[start].isFinite ? names[Int(source[start])] : ""
      let part = variables.part(start..<end, 0..<variables.columns)
      if let found = parameters[name] {
        values += fitter.values(found, part)
      } else if source[start].isFinite {
        throw KilnError(
          .taskFailed, "the model has no group `\(name)`",
          fix: "it has \(parameters.keys.sorted().prefix(8).joined(separator: ", "))")
      } else {
        values += [Double](repeating: .nan, count: end - start)
      }
      start = end
    }
    return [values]
  }
}
