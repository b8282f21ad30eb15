import Base
import Formats
import Statistics

/// What the parameters ask for, against the columns of the table.
struct FitPlan {
  let model: Expression
  let modelText: String
  let response: Expression
  let responseText: String
  /// Names of the parameters, in the order of their starts.
  let parameters: [String]
  let starts: [Expression]
  /// Columns of the model.
  let variables: [Column]
  /// Everything that is read: columns of model, response, starts, sigma, group.
  let columns: [Column]
  let group: Column?
  let sigma: Column?
  let sigmaIsAbsolute: Bool
  let dropsMissing: Bool
  let lower: [Double]
  let upper: [Double]
  let search: [ClosedRange<Double>]
  let startCount: Int
  let seed: UInt64
  let confidence: Double
  let tolerance: Double
  let iterations: Int

  init(_ context: KernelContext) throws {
    let all = try context.openTable("table").columns
    let names = all.map(\.name)
    modelText = try context.text("model")
    model = try ExpressionParser.parse(modelText, source: "model")
    responseText = try context.text("response")
    response = try Self.response(responseText, names)
    let given = try FitLists.pairs(try context.text("start"), source: "start")
    let inModel = model.names
    let unknown = inModel.filter { !names.contains($0) }
    parameters = given.map(\.name)
    try Self.check(parameters, against: unknown, names)
    var starts: [Expression] = []
    for pair in given { starts.append(try ExpressionParser.parse(pair.text, source: "start")) }
    self.starts = starts
    variables = all.filter { inModel.contains($0.name) }
    let group = try Self.column("group", all, context)
    let sigma = try Self.column("sigma", all, context)
    self.group = group
    self.sigma = sigma
    let inStarts = starts.flatMap(\.names).compactMap { FitLists.aggregate($0)?.column }
    let used =
      model.names + response.names + inStarts + [group?.name, sigma?.name].compactMap { $0 }
    columns = all.filter { used.contains($0.name) }
    for name in inStarts where !names.contains(name) { throw Self.noColumn(name, names) }
    sigmaIsAbsolute = try context.text("sigma_is") == "absolute"
    dropsMissing = try context.text("missing") == "drop"
    let bounds = try FitLists.ranges(try context.text("bounds"), source: "bounds", parameters)
    lower = parameters.map { bounds[$0]?.lowerBound ?? -.infinity }
    upper = parameters.map { bounds[$0]?.upperBound ?? .infinity }
    startCount = try context.integer("starts")
    search = try Self.search(context, parameters, bounds, isNeeded: startCount > 1)
    seed = UInt64(try context.integer("seed"))
    confidence = try context.number("confidence")
    tolerance = try context.number("tolerance")
    iterations = try context.integer("iterations")
  }

  private static func response(
    _ text: String, _ names: [String]
  ) throws(KilnError) -> Expression {
    if names.contains(text) { return .name(text) }
    let expression = try ExpressionParser.parse(text, source: "response")
    for name in expression.names where !names.contains(name) { throw noColumn(name, names) }
    return expression
  }

  /// Every unknown of the model has a start, and every start a place in the model.
  private static func check(
    _ given: [String], against unknown: [String], _ columns: [String]
  ) throws {
    var problems = Problems()
    for name in unknown where !given.contains(name) {
      let near = nearest(to: name, among: columns)
      problems.add(
        KilnError(
          .taskFailed,
          "`\(name)` in the model is neither a column of the table nor a parameter with a start",
          fix: near.map { "did you mean `\($0)`? Else add `\(name) = …` to `start`" }
            ?? "add `\(name) = …` to `start`"))
    }
    for name in given where !unknown.contains(name) {
      problems.add(
        KilnError(
          .taskFailed,
          columns.contains(name)
            ? "`\(name)` has a start, but is a column of the table"
            : "`\(name)` has a start, but the model does not contain it"))
    }
    if Set(given).count < given.count {
      problems.add(KilnError(.taskFailed, "a parameter has two starts"))
    }
    if given.isEmpty { problems.add(KilnError(.taskFailed, "the model has no parameters to fit")) }
    try problems.throwIfAny()
  }

  private static func column(
    _ parameter: String, _ all: [Column], _ context: KernelContext
  ) throws(KilnError) -> Column? {
    let text = try context.text(parameter)
    guard !text.isEmpty else { return nil }
    return try RegressPlan.column(text, all)
  }

  private static func noColumn(_ name: String, _ names: [String]) -> KilnError {
    KilnError(
      .taskFailed, "the table has no column `\(name)`",
      fix: "its columns are \(names.map { "`\($0)`" }.joined(separator: ", "))")
  }

  private static func search(
    _ context: KernelContext, _ parameters: [String], _ bounds: [String: ClosedRange<Double>],
    isNeeded: Bool
  ) throws -> [ClosedRange<Double>] {
    guard isNeeded else { return [] }
    let given = try FitLists.ranges(try context.text("search"), source: "search", parameters)
    return try parameters.map { name in
      guard let range = given[name] ?? bounds[name], range.lowerBound.isFinite,
        range.upperBound.isFinite
      else {
        throw KilnError(
          .taskFailed, "several starts need a finite range of `\(name)`",
          fix: "add `\(name) = low .. high` to `search`")
      }
      return range
    }
  }
}

/// Lists in texts: `name = formula, name = low .. high`.
enum FitLists {
  /// Split at commas outside of parentheses.
  static func pairs(
    _ text: String, source: String
  ) throws(KilnError) -> [(name: String, text: String)] {
    var pieces: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 {
        pieces.append("")
      } else {
        pieces[pieces.count - 1].append(character)
      }
    }
    var pairs: [(name: String, text: String)] = []
    for piece in pieces where !piece.allSatisfy(\.isWhitespace) {
      guard let equals = piece.firstIndex(of: "=") else {
        throw KilnError(
          .taskFailed, "`\(source)` needs `name = value`, not `\(trimmed(piece))`")
      }
      pairs.append((trimmed(piece[..<equals]), trimmed(piece[piece.index(after: equals)...])))
    }
    return pairs
  }

  static func ranges(
    _ text: String, source: String, _ parameters: [String]
  ) throws(KilnError) -> [String: ClosedRange<Double>] {
    var ranges: [String: ClosedRange<Double>] = [:]
    for pair in try pairs(text, source: source) {
      guard parameters.contains(pair.name) else {
        throw KilnError(
          .taskFailed, "`\(source)` names `\(pair.name)`, which is no parameter of the model",
          fix: "the parameters are \(parameters.joined(separator: ", "))")
      }
      guard let range = range(pair.text) else {
        throw KilnError(
          .taskFailed, "`\(pair.name)` in `\(source)` needs a range, not `\(pair.text)`",
          fix: "write for example `\(pair.name) = 0 .. 10`, or `\(pair.name) = 0 ..`")
      }
      ranges[pair.name] = range
    }
    return ranges
  }

  private static func range(_ text: String) -> ClosedRange<Double>? {
    guard let dots = text.firstRange(of: "..") else { return nil }
    let low = trimmed(text[..<dots.lowerBound])
    let high = trimmed(text[dots.upperBound...])
    guard let lower = low.isEmpty ? -Double.infinity : Double(low),
      let upper = high.isEmpty ? Double.infinity : Double(high), lower <= upper
    else { return nil }
    return lower...upper
  }

  /// `mean(column)`, as the parser leaves it.
  static func aggregate(_ name: String) -> (function: String, column: String)? {
    guard let open = name.firstIndex(of: "("), name.hasSuffix(")") else { return nil }
    return (
      String(name[..<open]),
      String(name[name.index(after: open)..<name.index(before: name.endIndex)])
    )
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = text[...]
    while text.first?.isWhitespace ?? false { text = text.dropFirst() }
    while text.last?.isWhitespace ?? false { text = text.dropLast() }
    return String(text)
  }
}
