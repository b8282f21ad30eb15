import Base

/// What a user writes about the terms of a linear model, against the names of a table's columns.
package struct RegressionFormula: Sendable {
  /// `x, x^2, x*y`; empty: every predictor to the powers up to `degree`.
  package var terms: String
  package var predictors: [String]
  package var degree: Int
  package var hasIntercept: Bool
  /// Columns of labels with their levels; the first in alphabetical order is the reference and has
  /// no indicator.
  package var levels: [String: [String]]

  package init(
    terms: String = "", predictors: [String], degree: Int = 1, hasIntercept: Bool = true,
    levels: [String: [String]] = [:]
  ) {
    self.terms = terms
    self.predictors = predictors
    self.degree = degree
    self.hasIntercept = hasIntercept
    self.levels = levels
  }

  /// The terms by index into `columns`.
  package func model(
    columns: [String], response: String, weight: String?
  ) throws(KilnError) -> RegressionModel {
    var all: [RegressionTerm] = hasIntercept ? [.intercept] : []
    for term in try written(columns) where !all.contains(term) { all.append(term) }
    let responseIndex = try index(response, columns)
    if let own = all.first(where: { $0.exponent(of: responseIndex) > 0 }) {
      throw KilnError(
        .taskFailed, "the response `\(response)` is among the terms (`\(Self.name(own, columns))`)",
        fix: "name other columns in `predictors` or `terms`")
    }
    var weightIndex: Int?
    if let weight { weightIndex = try index(weight, columns) }
    guard all.contains(where: { !$0.isIntercept }) || hasIntercept else {
      throw KilnError(.taskFailed, "the model has no terms", fix: "name columns in `predictors`")
    }
    return RegressionModel(terms: all, response: responseIndex, weight: weightIndex)
  }

  private func written(_ columns: [String]) throws(KilnError) -> [RegressionTerm] {
    guard !terms.allSatisfy({ $0 == " " }) else {
      var all: [RegressionTerm] = []
      for predictor in predictors {
        let column = try index(predictor, columns)
        if levels[predictor] != nil {
          all += indicators(predictor, column)
        } else {
          for exponent in 1...max(degree, 1) {
            all.append(RegressionTerm(powers: [.init(column: column, exponent: exponent)]))
          }
        }
      }
      return all
    }
    var all: [RegressionTerm] = []
    for piece in terms.split(separator: ",") { all += try term(Self.trimmed(piece), columns) }
    return all
  }

  private func indicators(_ name: String, _ column: Int) -> [RegressionTerm] {
    let levels = levels[name] ?? []
    return levels.indices.sorted { levels[$0] < levels[$1] }.dropFirst().map {
      RegressionTerm(indicators: [.init(column: column, level: $0)])
    }
  }

  /// One written term; with columns of labels it stands for several.
  private func term(_ text: String, _ columns: [String]) throws(KilnError) -> [RegressionTerm] {
    guard !text.isEmpty else {
      throw KilnError(
        .taskFailed, "`terms` has an empty term: `\(terms)`", fix: "write for example `x, x^2, x*y`"
      )
    }
    var products = [RegressionTerm()]
    let factors = columns.contains(text) ? [text] : text.split(separator: "*").map(Self.trimmed)
    for factor in factors {
      let (name, exponent) = try power(factor, columns, in: text)
      let column = try index(name, columns)
      let choices =
        levels[name] != nil
        ? indicators(name, column)
        : [RegressionTerm(powers: [.init(column: column, exponent: exponent)])]
      products = products.flatMap { product in
        choices.map {
          RegressionTerm(
            powers: product.powers + $0.powers, indicators: product.indicators + $0.indicators)
        }
      }
    }
    return products
  }

  private func power(
    _ factor: String, _ columns: [String], in term: String
  ) throws(KilnError) -> (name: String, exponent: Int) {
    if columns.contains(factor) { return (factor, 1) }
    guard let caret = factor.lastIndex(of: "^") else { return (factor, 1) }
    let exponent = Self.trimmed(factor[factor.index(after: caret)...])
    guard let exponent = Int(exponent), (1...20).contains(exponent) else {
      throw KilnError(
        .taskFailed,
        "the exponent `\(exponent)` in the term `\(term)` is no whole number from 1 to 20",
        fix: "write for example `x^2`; for other functions of a column use `data.fit`")
    }
    return (Self.trimmed(factor[..<caret]), exponent)
  }

  private func index(_ name: String, _ columns: [String]) throws(KilnError) -> Int {
    if let index = columns.firstIndex(of: name) { return index }
    throw KilnError(
      .taskFailed, "the table has no column `\(name)`",
      fix: "its columns are \(columns.map { "`\($0)`" }.joined(separator: ", "))")
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }

  /// How reports call a term: `x^2*y`, `shift[night]`.
  package func name(_ term: RegressionTerm, _ columns: [String]) -> String {
    guard !term.isIntercept else { return "intercept" }
    let labels = term.indicators.map {
      "\(columns[$0.column])[\(levels[columns[$0.column]]?[$0.level] ?? "")]"
    }
    return ([Self.name(RegressionTerm(powers: term.powers), columns)] + labels)
      .filter { !$0.isEmpty }.joined(separator: "*")
  }

  private static func name(_ term: RegressionTerm, _ columns: [String]) -> String {
    term.powers.map { power in
      power.exponent == 1 ? columns[power.column] : "\(columns[power.column])^\(power.exponent)"
    }.joined(separator: "*")
  }
}
