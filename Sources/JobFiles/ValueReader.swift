import Base
import Catalogue
import JobModel

/// Reads values of parameters and axes.
struct ValueReader {
  let fields: FieldReader
  private var report: Report { fields.report }

  init(_ report: Report) { fields = FieldReader(report: report) }

  /// A value that fills a placeholder: a number, a quantity, a text, as it is spelt.
  func free(_ node: Node, _ title: String) -> Value? {
    guard let text = fields.text(node, title) else { return nil }
    guard case .scalar(_, let isPlain) = node.kind else { return nil }
    if isPlain, let number = Quantity.number(text) { return .number(number) }
    if isPlain, text == "true" || text == "false" { return .flag(text == "true") }
    guard let (number, symbol) = Quantity.split(text) else { return .text(text) }
    if Unit.named(symbol) != nil { return .quantity(number, unit: symbol) }
    // In quotes it may be meant as a text; JSON has no other way to write one.
    guard isPlain else { return .text(text) }
    let unknown = UnitSystem.unknown(symbol)
    report.add(
      unknown.message, at: node.mark, fix: unknown.fix ?? "put a text that is no quantity in quotes"
    )
    return nil
  }

  /// A value of a declared parameter.
  func typed(_ node: Node, _ parameter: ParameterDeclaration) -> Value? {
    let title = "`\(parameter.name)`"
    if case .invalid = node.kind { return nil }
    switch parameter.kind {
    case .text: return fields.text(node, title).map { .text($0) }
    case .choice(let choices): return choice(node, title, choices)
    case .flag:
      if case .scalar(let text, isPlain: true) = node.kind, text == "true" || text == "false" {
        return .flag(text == "true")
      }
    case .integer(let range):
      if let number = plainNumber(node), let whole = Int(exactly: number), range.contains(whole) {
        return .number(number)
      }
    case .number(let range):
      if let number = plainNumber(node), range.contains(number) { return .number(number) }
    case .quantity(let dimension, let range):
      return quantity(node, parameter, dimension: dimension, range)
    }
    report.add(
      "\(title) must be \(parameter.kind)\(fields.notThis(node))", at: node.mark,
      fix: isQuotedNumber(node) ? "remove the quotes" : nil)
    return nil
  }

  private func choice(_ node: Node, _ title: String, _ choices: [String]) -> Value? {
    guard let text = fields.text(node, title) else { return nil }
    if choices.contains(text) { return .text(text) }
    report.add(
      "\(title) must be \(listed(choices))\(fields.notThis(node))", at: node.mark,
      fix: nearest(to: text, among: choices).map { "did you mean `\($0)`?" })
    return nil
  }

  private func quantity(
    _ node: Node, _ parameter: ParameterDeclaration, dimension: String, _ range: ClosedRange<Double>
  ) -> Value? {
    let title = "`\(parameter.name)`"
    let example = "write it like `1 \(ParameterDeclaration.unitSI(of: dimension))`"
    guard case .scalar(let text, _) = node.kind, Quantity.number(text) == nil else {
      let isNumber = if case .scalar = node.kind { true } else { false }
      let what = isNumber ? "needs a unit" : "must be \(parameter.kind)\(fields.notThis(node))"
      report.add("\(title) \(what)", at: node.mark, fix: example)
      return nil
    }
    if let (number, symbol) = Quantity.split(text),
      let value = UnitSystem.toSI(number, unit: symbol, dimension: dimension)
    {
      if range.contains(value) { return .quantity(number, unit: symbol) }
      report.add("\(title) must be \(parameter.kind)\(fields.notThis(node))", at: node.mark)
      return nil
    }
    report.add(
      "\(title) must be \(parameter.kind)\(fields.notThis(node))", at: node.mark,
      fix: fields.quantityFix(text, dimension: dimension) ?? example)
    return nil
  }

  private func plainNumber(_ node: Node) -> Double? {
    guard case .scalar(let text, isPlain: true) = node.kind else { return nil }
    return Quantity.number(text)
  }

  private func isQuotedNumber(_ node: Node) -> Bool {
    guard case .scalar(let text, isPlain: false) = node.kind else { return false }
    return Quantity.number(text) != nil
  }
}
