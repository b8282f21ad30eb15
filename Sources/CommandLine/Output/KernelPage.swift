import Base
import Catalogue
import JobModel

/// What `kiln kernel show` says.
enum KernelPage {
  static func text(_ kernel: KernelDeclaration, style: Style) -> String {
    var parts = [
      style(kernel.name, .heading) + "\n" + Help.wrapped(kernel.summary, width: 78),
      Help.wrapped(kernel.discussion, width: 78),
    ]
    func add(_ title: String, _ rows: [(String, String)]) {
      if !rows.isEmpty { parts.append(Help.section(title, rows)) }
    }
    add("inputs", kernel.inputs.map { ($0.name, $0.summary + ($0.isRequired ? "" : " Optional.")) })
    add(
      "parameters",
      kernel.parameters.map { parameter in
        (parameter.name, "\(parameter.summary) \(range(parameter.kind)) \(standard(parameter))")
      })
    add("outputs", kernel.outputs.map { ($0.name, $0.summary) })
    add("scalars of summary.json", kernel.scalars.map(line))
    add("metrics while it runs, for stop_when", kernel.metrics.map(line))
    let example = kernel.example.split(separator: "\n", omittingEmptySubsequences: false)
    parts.append("example:\n" + example.map { "  \($0)" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func line(_ scalar: ScalarDeclaration) -> (String, String) {
    (scalar.name + (scalar.unit.map { " (\($0))" } ?? ""), scalar.summary)
  }

  private static func standard(_ parameter: ParameterDeclaration) -> String {
    guard let standard = parameter.standard else { return "Required." }
    return standard == .text("") ? "Optional." : "Default: \(standard)."
  }

  /// A bound as people write it: `1e12`, not a one with twelve zeros.
  private static func spell(_ bound: Double) -> String {
    var (digits, power) = (bound, 0)
    while digits != 0, digits.truncatingRemainder(dividingBy: 10) == 0 {
      digits /= 10
      power += 1
    }
    return power < 6 ? Value.spell(bound) : "\(Value.spell(digits))e\(power)"
  }

  private static func range(_ kind: ParameterDeclaration.Kind) -> String {
    switch kind {
    case .text: "Text."
    case .flag: "true or false."
    case .choice(let words): "One of \(words.joined(separator: ", "))."
    case .integer(let range): "Whole number, \(range.lowerBound) to \(range.upperBound)."
    case .number(let range):
      "Number, \(spell(range.lowerBound)) to \(spell(range.upperBound))."
    case .quantity(let dimension, let range):
      "Quantity of \(dimension), \(spell(range.lowerBound)) to \(spell(range.upperBound)) in SI "
        + "units."
    }
  }

  static func json(_ kernel: KernelDeclaration) -> JSONValue {
    .object([
      "name": .text(kernel.name), "summary": .text(kernel.summary),
      "discussion": .text(kernel.discussion),
      "parameters": .array(
        kernel.parameters.map { parameter in
          .object([
            "name": .text(parameter.name), "summary": .text(parameter.summary),
            "kind": .text(range(parameter.kind)),
            "default": parameter.standard.map { Cell($0).json } ?? .null,
          ])
        }),
      "inputs": .array(
        kernel.inputs.map { input in
          .object([
            "name": .text(input.name), "summary": .text(input.summary),
            "required": .flag(input.isRequired),
          ])
        }),
      "outputs": .array(
        kernel.outputs.map {
          .object(["name": .text($0.name), "summary": .text($0.summary)])
        }),
      "scalars": .array(kernel.scalars.map(json)), "metrics": .array(kernel.metrics.map(json)),
      "example": .text(kernel.example),
    ])
  }

  private static func json(_ scalar: ScalarDeclaration) -> JSONValue {
    .object([
      "name": .text(scalar.name), "unit": Cell(scalar.unit).json, "summary": .text(scalar.summary),
    ])
  }
}
