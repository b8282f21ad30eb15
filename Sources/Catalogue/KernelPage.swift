import JobModel

/// The documentation page of a kernel, from its declaration.
package enum KernelPage {
  package static func markdown(for kernel: KernelDeclaration) -> String {
    let sections = [
      "# \(kernel.name)", kernel.summary, kernel.discussion,
      table("Inputs", ["input", "meaning"], kernel.inputs.map { [code($0.name), inputText($0)] }),
      table(
        "Parameters", ["parameter", "value", "default", "meaning"],
        kernel.parameters.map {
          [
            code($0.name), $0.kind.description,
            $0.standard.map { code($0.description) } ?? "required",
            $0.summary,
          ]
        }),
      table("Files", ["file", "content"], kernel.outputs.map { [code($0.name), $0.summary] }),
      table(
        "Scalars of summary.json", ["scalar", "unit", "meaning"],
        kernel.scalars.map { [code($0.name), $0.unit ?? "", $0.summary] }),
      table(
        "Metrics while it runs", ["metric", "unit", "meaning"],
        kernel.metrics.map { [code($0.name), $0.unit ?? "", $0.summary] }),
      "## Example\n\n```yaml\n\(kernel.example)\n```",
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func inputText(_ input: InputDeclaration) -> String {
    input.isRequired ? input.summary : "\(input.summary) May be left out."
  }

  private static func table(_ title: String, _ head: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = [head, head.map { _ in "---" }] + rows
    let text = lines.map { "| \($0.map(escaped).joined(separator: " | ")) |" }
    return "## \(title)\n\n\(text.joined(separator: "\n"))"
  }

  private static func code(_ text: String) -> String { "`\(text)`" }

  /// A bar would end the cell.
  private static func escaped(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension ParameterDeclaration.Kind: CustomStringConvertible {
  /// What to write, in words: `a length from 0.001 m to 10 m`.
  package var description: String {
    switch self {
    case .text: "a text"
    case .flag: "true or false"
    case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
    case .integer(let range):
      "a whole number\(ParameterDeclaration.span(Double(range.lowerBound), Double(range.upperBound)))"
    case .number(let range):
      "a number\(ParameterDeclaration.span(range.lowerBound, range.upperBound))"
    case .quantity(let dimension, let range):
      "a \(dimension)"
        + ParameterDeclaration.span(
          range.lowerBound, range.upperBound, unit: ParameterDeclaration.unitSI(of: dimension))
    }
  }
}

extension ParameterDeclaration {
  /// ` from 1 to 9`, leaving out ends that no one means.
  fileprivate static func span(_ low: Double, _ high: Double, unit: String = "") -> String {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    let ends = [(" from ", low), (" to ", high)].filter { abs($0.1) < 1e15 }
    return ends.map { "\($0.0)\(Value.spell($0.1))\(suffix)" }.joined()
  }

  /// The SI unit in which the range of a quantity is meant.
  package static func unitSI(of dimension: String) -> String {
    guard let wanted = Dimension.named(dimension) else { return "" }
    let plain = Unit.symbols.compactMap(Unit.named).first {
      $0.dimension == wanted && $0.scale == .one && $0.zero == 0
    }
    if let plain { return plain.symbol }
    let compound = ["m^2", "m^3", "m/s", "m/s^2", "kg/m^3"].compactMap(Unit.named)
    return compound.first { $0.dimension == wanted }?.symbol ?? ""
  }
}
