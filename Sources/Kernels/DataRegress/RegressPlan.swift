import Base
import Formats
import LinearAlgebra
import Statistics

/// What the parameters ask for, against the columns of the table.
struct RegressPlan {
  /// The columns that are read, in this order; the response is among them.
  let columns: [Column]
  let labels: [String]
  let formula: RegressionFormula
  let model: RegressionModel
  let dropsMissing: Bool
  let penalties: [Double]
  let isStandardised: Bool
  let confidence: Double
  let diagnostics: String

  var names: [String] { columns.map(\.name) }
  var response: Column { columns[model.response] }

  func name(_ term: RegressionTerm) -> String { formula.name(term, names) }

  /// Of a term's coefficient: the response's unit per unit of the term.
  func unit(_ term: RegressionTerm) -> String? {
    let powers = term.powers.map { (columns[$0.column].unit, $0.exponent) }
    return DerivedUnit.quotient(response.unit, by: powers)
  }

  init(_ context: KernelContext) throws {
    let all = try context.openTable("table").columns
    let response = try Self.column(try context.text("response"), all)
    let weightText = try context.text("weights")
    let weight = weightText.isEmpty ? nil : try Self.column(weightText, all)
    let categories = try context.list("categories").map { try Self.column($0, all).name }
    var predictors = try context.list("predictors").map { try Self.column($0, all).name }
    let terms = try context.text("terms")
    if predictors.isEmpty {
      predictors = all.map(\.name).filter { $0 != response.name && $0 != weight?.name }
    }
    let levels = try Self.levels(categories, context)
    let formula = RegressionFormula(
      terms: terms, predictors: predictors, degree: try context.integer("degree"),
      hasIntercept: try context.flag("intercept"), levels: levels)
    let whole = try formula.model(
      columns: all.map(\.name), response: response.name, weight: weight?.name)
    // Only what the model uses is read.
    let used = Set(
      whole.terms.flatMap { $0.powers.map(\.column) + $0.indicators.map(\.column) }
        + [whole.response] + (whole.weight.map { [$0] } ?? []))
    let columns = all.enumerated().filter { used.contains($0.offset) }.map(\.element)
    self.columns = columns
    labels = categories.filter { name in columns.contains { $0.name == name } }
    model = try formula.model(
      columns: columns.map(\.name), response: response.name, weight: weight?.name)
    self.formula = formula
    dropsMissing = try context.text("missing") == "drop"
    isStandardised = try context.text("ridge_units") == "standardised"
    confidence = try context.number("confidence")
    diagnostics = try context.text("diagnostics")
    penalties = try context.list("ridge").map { text in
      guard let number = Double(text), number >= 0, number.isFinite else {
        throw KilnError(
          .taskFailed, "`ridge` needs penalties of at least 0, not `\(text)`",
          fix: "write for example `ridge: 0.1, 1, 10`")
      }
      return number
    }
  }

  /// A column by name or by number from 1.
  static func column(_ text: String, _ all: [Column]) throws(KilnError) -> Column {
    if let column = all.first(where: { $0.name == text || $0.heading == text }) { return column }
    if let number = Int(text), number >= 1, number <= all.count { return all[number - 1] }
    throw KilnError(
      .taskFailed, "the table has no column `\(text)`",
      fix: "its columns are \(all.map { "`\($0.name)`" }.joined(separator: ", "))")
  }

  /// Reads the columns of labels once, for their levels.
  private static func levels(
    _ categories: [String], _ context: KernelContext
  ) throws -> [String: [String]] {
    guard !categories.isEmpty else { return [:] }
    context.progress("levels")
    let table = try context.openTable("table", columns: categories, labels: categories)
    var block = TableBlock(rows: 4096, columns: categories.count)
    repeat {
      try context.checkCancelled()
      try table.read(into: &block)
    } while block.rows > 0
    return Dictionary(
      uniqueKeysWithValues: categories.enumerated().map { ($1, table.levels(of: $0)) })
  }
}
