/// A limit of the case that a solution does not keep.
package struct Violation: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case lowVoltage = "low voltage"
    case highVoltage = "high voltage"
    case overload
    case activePower = "active power"
    case reactivePower = "reactive power"
  }

  package var kind: Kind
  /// `bus 5`, `branch 12 (4-9)`, `generator 3 (bus 8)`.
  package var element: String
  package var value: Double
  package var limit: Double
  package var unit: String
}

extension GridResults {
  /// Excess of a limit that does not count: per unit of voltage, percent of loading, share of power.
  private static let excess = (voltage: 1e-6, loading: 1e-4, power: 1e-4)

  /// How many voltages and branches are beyond their limits.
  package func violationCounts(
    _ grid: Grid, _ solution: PowerFlowSolution, loadingMax: Double
  ) -> (voltages: Int, overloads: Int) {
    var voltages = 0
    for (bus, magnitude) in solution.magnitudes.enumerated() {
      let limits = grid.source.buses[bus]
      if magnitude > limits.magnitudeMax + Self.excess.voltage
        || magnitude < limits.magnitudeMin - Self.excess.voltage
      {
        voltages += 1
      }
    }
    return (voltages, flows.count { $0.loading > loadingMax + Self.excess.loading })
  }

  /// Every limit that is not kept: voltages, loadings, powers of generators.
  package func violations(
    _ grid: Grid, _ solution: PowerFlowSolution, loadingMax: Double
  ) -> [Violation] {
    var violations: [Violation] = []
    for (bus, limits) in grid.source.buses.enumerated() {
      let magnitude = solution.magnitudes[bus]
      if magnitude > limits.magnitudeMax + Self.excess.voltage {
        violations.append(
          Violation(
            kind: .highVoltage, element: "bus \(limits.number)", value: magnitude,
            limit: limits.magnitudeMax, unit: "pu"))
      } else if magnitude < limits.magnitudeMin - Self.excess.voltage {
        violations.append(
          Violation(
            kind: .lowVoltage, element: "bus \(limits.number)", value: magnitude,
            limit: limits.magnitudeMin, unit: "pu"))
      }
    }
    for (row, branch) in grid.source.branches.enumerated()
    where flows[row].loading > loadingMax + Self.excess.loading {
      violations.append(
        Violation(
          kind: .overload, element: "branch \(row + 1) (\(branch.from)-\(branch.to))",
          value: flows[row].loading, limit: loadingMax, unit: "%"))
    }
    for row in grid.source.generators.indices { violations += generatorViolations(grid, row) }
    return violations
  }

  private func generatorViolations(_ grid: Grid, _ row: Int) -> [Violation] {
    let generator = grid.source.generators[row]
    guard generator.isInService else { return [] }
    var violations: [Violation] = []
    func check(
      _ kind: Violation.Kind, _ value: Double, _ low: Double, _ high: Double, _ unit: String
    ) {
      let slack = Self.excess.power * max(1, abs(value))
      guard value > high + slack || value < low - slack else { return }
      violations.append(
        Violation(
          kind: kind, element: "generator \(row + 1) (bus \(generator.bus))", value: value,
          limit: value > high ? high : low, unit: unit))
    }
    check(.activePower, generatedMW[row], generator.activeMin, generator.activeMax, "MW")
    check(
      .reactivePower, generatedMVAr[row], generator.reactiveMin, generator.reactiveMax, "MVAr")
    return violations
  }
}
