import Base
import Formats
import Statistics

/// Variances and loadings of a model of principal components.
struct ComponentTables {
  private let model: PrincipalComponents
  private let columns: [Column]
  private let context: KernelContext

  init(_ model: PrincipalComponents, _ columns: [Column], _ context: KernelContext) {
    (self.model, self.columns, self.context) = (model, columns, context)
  }

  func write() throws(KilnError) {
    let variances = try context.tableOutput(
      "variances.csv",
      [
        Column("component"), Column("variance"), Column("share", unit: "%"),
        Column("cumulative", unit: "%"), Column("sampling error"), Column("singular value"),
      ])
    let total = model.totalVariance
    var sum = 0.0
    for (index, variance) in model.variances.enumerated() {
      sum += variance
      // [North, Bell, Cahalan, Moeng 1982, Monthly Weather Review 110]: λ (2 / n)^½.
      try variances.append([
        Double(index + 1), variance, 100 * variance / total, 100 * sum / total,
        variance * (2 / Double(model.rows)).squareRoot(),
        (variance * Double(model.rows - 1)).squareRoot(),
      ])
    }
    try variances.finish()
    let names = (0..<model.components).map { Column("PC\($0 + 1)") }
    let loadings = try context.tableOutput(
      "loadings.csv", [Column("column"), Column("mean"), Column("factor")] + names)
    var array: [Double] = []
    for (index, column) in columns.enumerated() {
      let numbers = (0..<model.components).map { model.loadings[$0 * model.columns + index] }
      array += numbers
      let row: [TableWriter.Cell] =
        [.text(column.name), .number(model.means[index]), .number(model.factors[index])]
        + numbers.map { .number($0) }
      try loadings.append(row)
    }
    try loadings.finish()
    try context.arrayOutput("loadings.npy", array, shape: [model.columns, model.components])
    try context.write("model.json", modelFile())
    let kept = model.variances.prefix(model.components).reduce(0, +)
    context.summary.set("rows", Double(model.rows))
    context.summary.set("columns", Double(model.columns))
    context.summary.set("components", Double(model.components))
    context.summary.set("variance_explained", kept / total)
    context.summary.set("first_variance", model.variances.first ?? 0)
    context.summary.set("first_share", (model.variances.first ?? 0) / total)
    context.summary.set("method", model.method.rawValue)
    context.summary.set(
      "conventions",
      "variances over n - 1; the largest loading of each component is positive; SPE is the squared "
        + "distance from the model in prepared units")
  }

  /// The model for `data.predict`.
  private func modelFile() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("kernel")
    writer.string("data.pca")
    writer.key("rows")
    writer.integer(model.rows)
    writer.list("columns", columns.map(\.name))
    writer.list("means", model.means)
    writer.list("factors", model.factors)
    writer.list("variances", model.variances)
    writer.key("loadings")
    writer.beginArray()
    for component in 0..<model.components {
      let start = component * model.columns
      writer.list(nil, Array(model.loadings[start..<(start + model.columns)]))
    }
    writer.endArray()
    writer.endObject()
    writer.newline()
    return writer.bytes
  }
}
