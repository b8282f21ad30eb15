import Base
import Catalogue
import JobModel

/// Reads `parameters` and holds them, and the axes that name parameters, against the declaration.
struct ParameterCheck {
  let kernel: KernelDeclaration?
  let step: StepSpec
  let mark: Mark
  let axisMarks: [String: Mark]

  func read(_ node: Node?, _ problems: inout ProblemList) -> [String: Value] {
    let given = values(node, &problems)
    guard let kernel else {
      if let node {
        problems.add(
          "a command has no parameters", at: node.mark,
          fix: "write them as arguments of the command")
      }
      return [:]
    }
    let axes = step.sweep.axes
    for declaration in kernel.parameters {
      guard let axis = axes.first(where: { $0.name == declaration.name }) else { continue }
      check(axis, declaration, &problems)
    }
    for declaration in kernel.parameters
    where declaration.standard == nil && given[declaration.name] == nil
      && !axes.contains(where: { $0.name == declaration.name })
    {
      problems.add(
        "kernel `\(kernel.name)` needs the parameter `\(declaration.name)`", at: mark,
        fix: "write `parameters: {\(declaration.name): …}`")
    }
    return given
  }

  private func values(_ node: Node?, _ problems: inout ProblemList) -> [String: Value] {
    guard let node, let kernel else { return [:] }
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`parameters` is a mapping, this is \(node.kind)", at: node.mark,
        fix: "write `parameters: {NAME: VALUE}`")
      return [:]
    }
    var values: [String: Value] = [:]
    let known = kernel.parameters.map(\.name)
    for entry in Fields(entries, at: mark, &problems).all {
      guard let declaration = kernel.parameters.first(where: { $0.name == entry.key }) else {
        problems.add(
          "kernel `\(kernel.name)` has no parameter `\(printable(entry.key))`", at: entry.keyMark,
          fix: nearest(to: entry.key, among: known).map { "did you mean `\($0)`?" }
            ?? (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"))
        continue
      }
      guard case .scalar(let scalar) = entry.value else {
        problems.add("`\(entry.key)` is \(entry.value.kind)", at: entry.value.mark)
        continue
      }
      let value = ScalarText.value(scalar)
      if let wrong = ParameterCheck.problem(value, declaration) {
        problems.add(wrong.what, at: scalar.mark, fix: wrong.fix)
      }
      values[entry.key] = value
    }
    return values
  }

  private func check(
    _ axis: Axis, _ declaration: ParameterDeclaration, _ problems: inout ProblemList
  ) {
    let samples: [Value]
    switch axis.values {
    case .list(let values): samples = values
    case .linear(_, _, let count, _): samples = [axis.values[0], axis.values[count - 1]]
    }
    for value in samples {
      if let wrong = ParameterCheck.problem(value, declaration) {
        problems.add(wrong.what, at: axisMarks[axis.name] ?? mark, fix: wrong.fix)
        return
      }
    }
  }

  /// What is wrong with a value for a parameter; nil when nothing is.
  static func problem(
    _ value: Value, _ declaration: ParameterDeclaration
  ) -> (what: String, fix: String?)? {
    let name = declaration.name
    switch (declaration.kind, value) {
    case (.text, .text), (.flag, .flag): return nil
    case (.choice(let choices), .text(let word)):
      if choices.contains(word) { return nil }
      return (
        "`\(name)` cannot be `\(printable(word))`",
        nearest(to: word, among: choices).map { "did you mean `\($0)`?" }
          ?? "it is one of \(choices.joined(separator: ", "))"
      )
    case (.integer(let range), .number(let number)):
      if number == number.rounded(), range.contains(Int(exactly: number) ?? .min) { return nil }
    case (.number(let range), .number(let number)):
      if range.contains(number) { return nil }
    case (.quantity(let dimension, let range), .quantity(let number, let unit)):
      if let si = UnitSystem.toSI(number, unit: unit, dimension: dimension) {
        return range.contains(si) ? nil : ("`\(name)` is out of range: \(value)", nil)
      }
      return (
        "`\(name)` is a quantity of \(dimension), `\(unit)` is not",
        "write \(ScalarText.example(of: dimension))"
      )
    case (.quantity(let dimension, _), _):
      return (
        "`\(name)` is a number with a unit, this is `\(printable(value.description))`",
        "write \(ScalarText.example(of: dimension))"
      )
    case (.text, _), (.flag, _), (.choice, _), (.integer, _), (.number, _): break
    }
    return (
      "`\(name)` is \(expectation(declaration.kind)), this is `\(printable(value.description))`",
      nil
    )
  }

  private static func expectation(_ kind: ParameterDeclaration.Kind) -> String {
    switch kind {
    case .text: "a text (quote it)"
    case .flag: "true or false"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(Value.spell(range.lowerBound)) to \(Value.spell(range.upperBound))"
    case .quantity(let dimension, _): "a quantity of \(dimension)"
    }
  }
}
