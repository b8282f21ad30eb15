import Base
import Formats
import Plots
import Statistics

/// `data.design`: plans in the factors' own units.
struct DataDesign: Kernel {
  let name = "data.design"

  func run(_ context: KernelContext) throws {
    let clock = KernelClock()
    let factors = try Self.factors(try context.text("factors"))
    let rows = try Self.rows(context, factors)
    let table = try context.tableOutput(
      "design.csv", [Column("run")] + factors.map { Column($0.name, unit: $0.unit) })
    let array = try context.arrayOutput("design.npy", columns: factors.count)
    for (index, row) in rows.enumerated() {
      try table.append([Double(index + 1)] + row)
      try array.append(row)
      if index % 65536 == 0 { try context.checkCancelled() }
    }
    try table.finish()
    try array.finish()
    context.summary.set("runs", Double(rows.count))
    context.summary.set("factors", Double(factors.count))
    if factors.count > 1 {
      let shown = rows.prefix(5000)
      let panel = Panel(
        x: Axis(factors[0].name, unit: factors[0].unit),
        y: Axis(factors[1].name, unit: factors[1].unit),
        series: [.points("runs", x: shown.map { $0[0] }, y: shown.map { $0[1] })])
      let plan = try context.text("plan")
      try context.figure(
        "design.svg",
        Figure(
          "Plan of \(rows.count) runs", subtitle: "\(plan), \(factors.count) factors",
          panels: [panel]))
    }
    clock.summarise(context)
  }

  struct Factor {
    var name: String
    var unit: String?
    /// Levels, or the two ends of a range.
    var levels: [Double]
    var isRange: Bool

    /// From -1 … 1 to the range.
    func coded(_ value: Double) -> Double {
      let (low, high) = (levels[0], levels[levels.count - 1])
      return (low + high) / 2 + value * (high - low) / 2
    }
  }

  /// `temperature [K]: 20..80; time: 1|2|4`
  static func factors(_ text: String) throws(KilnError) -> [Factor] {
    var factors: [Factor] = []
    for item in text.split(whereSeparator: { $0 == ";" || $0 == "\n" }) {
      let parts = item.split(separator: ":", maxSplits: 1)
      let heading = trimmed(parts.first ?? "")
      let values = parts.count == 2 ? String(parts[1]).filter { $0 != " " } : ""
      let range = values.split(separator: "..", omittingEmptySubsequences: false)
      let isRange = range.count == 2
      let levels =
        (isRange ? range.map(String.init) : values.split(separator: "|").map(String.init))
      let numbers = levels.compactMap { Double($0) }
      guard !heading.isEmpty, numbers.count == levels.count, numbers.count >= 2,
        numbers.allSatisfy(\.isFinite)
      else {
        throw KilnError(
          .taskFailed, "the factor `\(trimmed(item))` cannot be read",
          fix: "write `name: low..high` or `name: level|level|level`, factors separated by `;`")
      }
      let names = heading.split(separator: "[", maxSplits: 1)
      let unit = names.count == 2 ? trimmed(names[1].prefix { $0 != "]" }) : nil
      let name = trimmed(names[0])
      guard !isRange || numbers[0] < numbers[1] else {
        throw KilnError(
          .taskFailed,
          "the range of the factor `\(name)` does not rise: \(numbers[0]) .. \(numbers[1])",
          fix: "write `\(name): low..high`")
      }
      guard !factors.contains(where: { $0.name == name }) else {
        throw KilnError(
          .taskFailed, "two factors are called `\(name)`", fix: "give each factor a name of its own"
        )
      }
      factors.append(Factor(name: name, unit: unit, levels: numbers, isRange: isRange))
    }
    guard !factors.isEmpty else {
      throw KilnError(
        .taskFailed, "no factor is named", fix: "write `factors: \"temperature: 20..80\"`")
    }
    return factors
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }

  private static func rows(
    _ context: KernelContext, _ factors: [Factor]
  ) throws(KilnError) -> [[Double]] {
    let plan = try context.text("plan")
    if plan == "factorial" {
      let count = factors.reduce(1.0) { $0 * Double($1.levels.count) }
      guard count <= 1e7 else {
        throw KilnError(.taskFailed, "the plan has \(count) runs", fix: "use fewer levels")
      }
      return ExperimentDesign.factorial(levels: factors.map(\.levels.count)).map { row in
        row.indices.map { factors[$0].levels[row[$0]] }
      }
    }
    if let factor = factors.first(where: { !$0.isRange && $0.levels.count > 2 }) {
      throw KilnError(
        .taskFailed, "the factor `\(factor.name)` has levels, but the plan needs a range",
        fix: "write `\(factor.name): low..high`, or use `plan: factorial`")
    }
    switch plan {
    case "fractional", "composite":
      return try coded(plan, context, factors).map { row in
        row.indices.map { factors[$0].coded(row[$0]) }
      }
    case "sobol":
      guard factors.count <= ExperimentDesign.sobolFactorsMax else {
        throw KilnError(
          .taskFailed,
          "Sobol's sequence is there for \(ExperimentDesign.sobolFactorsMax) factors at most",
          fix: "use `plan: latin`")
      }
      let unit = ExperimentDesign.sobol(runs: try context.integer("runs"), factors: factors.count)
      return spread(unit, factors)
    case _:
      let unit = ExperimentDesign.latinHypercube(
        runs: try context.integer("runs"), factors: factors.count,
        isCentred: try context.flag("centred"), seed: UInt64(try context.integer("seed")))
      return spread(unit, factors)
    }
  }

  private static func coded(
    _ plan: String, _ context: KernelContext, _ factors: [Factor]
  ) throws(KilnError) -> [[Double]] {
    guard factors.count <= 16 else {
      throw KilnError(.taskFailed, "plans of corners are made for 16 factors at most")
    }
    guard plan == "fractional" else {
      return ExperimentDesign.centralComposite(
        factors.count,
        axial: ExperimentDesign.Axial(rawValue: try context.text("axial")) ?? .rotatable,
        centrePoints: try context.integer("centre_points"))
    }
    let generators = try context.list("generators")
    let base = factors.count - generators.count
    guard base >= 1 else {
      throw KilnError(.taskFailed, "there are as many generators as factors")
    }
    context.summary.set(
      "resolution", Double(ExperimentDesign.resolution(base: base, generators: generators)))
    return try ExperimentDesign.fractional(base: base, generators: generators)
  }

  /// From the unit cube to the ranges.
  private static func spread(_ rows: [[Double]], _ factors: [Factor]) -> [[Double]] {
    rows.map { row in row.indices.map { factors[$0].coded(2 * row[$0] - 1) } }
  }
}
