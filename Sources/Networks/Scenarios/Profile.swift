import Base

/// How the columns of a table change loads and generation from row to row.
///
/// A heading says what it changes: `load` or `gen` (all), `load 12` or `gen 12` (at a bus, by number or
/// name), `load area 2`, `load zone 3`; a number alone is a load's bus. Without a unit the numbers are
/// factors of the case's values, with `%` they are percent, with `MW`, `kW` or `MVAr` they take the place
/// of the case's values. Factors of several columns multiply.
package struct Profile: Sendable {
  private let changes: [Change?]
  private let grid: Grid

  private struct Change: Sendable {
    var isLoad: Bool
    /// Indices of buses or, for generation, rows of generators.
    var places: [Int]
    var kind: Kind
  }

  private enum Kind: Sendable {
    case factor(Double)
    /// Sets MW, of which a unit is this many; reactive power follows in the case's ratio.
    case active(Double)
    case reactive(Double)
  }

  /// - Parameters:
  ///   - headings: name and unit of each column.
  ///   - timeColumn: the column that holds the time and changes nothing, if there is one.
  ///   - table: the name that messages give.
  package init(
    _ grid: Grid, headings: [(name: String, unit: String?)], timeColumn: Int? = nil, table: String
  ) throws(KilnError) {
    self.grid = grid
    var changes: [Change?] = []
    for (index, heading) in headings.enumerated() {
      let isTime = index == timeColumn
      changes.append(isTime ? nil : try Self.change(grid, heading.name, heading.unit, table))
    }
    guard changes.contains(where: { $0 != nil }) else {
      throw KilnError(
        .invalidFile, "no column changes a load or a generator", at: table,
        fix: "head columns `load`, `gen`, `load 12` (bus 12) or `gen 12`")
    }
    self.changes = changes
  }

  private static func change(
    _ grid: Grid, _ name: String, _ unit: String?, _ table: String
  ) throws(KilnError) -> Change {
    let place = "\(table), column `\(name)`"
    var words = name.split { $0 == " " || $0 == "_" || $0 == ":" }.map { $0.lowercased() }
    var isLoad = true
    switch words.first {
    case "load", "demand": words.removeFirst()
    case "gen", "generator", "generation":
      isLoad = false
      words.removeFirst()
    default:
      if !words.isEmpty, Int(words[0]) == nil, bus(grid, name) == nil {
        throw KilnError(
          .invalidFile, "this heading names neither loads nor generators nor a bus", at: place,
          fix: "write `load`, `gen`, `load 12` (bus 12), `gen 12`, `load area 2` or the bus's name")
      }
    }
    let kind = try kind(unit, isLoad: isLoad, place)
    let buses = try buses(grid, words, name, place)
    guard isLoad else {
      let rows = buses.flatMap { grid.generatorsOfBus[$0] ?? [] }.sorted()
      guard !rows.isEmpty else {
        throw KilnError(.invalidFile, "there is no generator in service", at: place)
      }
      return Change(isLoad: false, places: rows, kind: kind)
    }
    return Change(isLoad: true, places: buses, kind: kind)
  }

  private static func bus(_ grid: Grid, _ name: String) -> Int? {
    grid.source.buses.firstIndex { $0.name?.lowercased() == name.lowercased() }
  }

  private static func buses(
    _ grid: Grid, _ words: [String], _ name: String, _ place: String
  ) throws(KilnError) -> [Int] {
    let all = Array(grid.source.buses.indices)
    guard let first = words.first else { return all }
    if let index = bus(grid, name) ?? bus(grid, words.joined(separator: " ")) { return [index] }
    let number = words.last.flatMap { Int($0) }
    switch (first, number) {
    case ("area", let number?): return all.filter { grid.source.buses[$0].area == number }
    case ("zone", let number?): return all.filter { grid.source.buses[$0].zone == number }
    case (_, let number?) where words.count == 1 || first == "bus":
      guard let index = grid.indexOfNumber[number] else {
        throw KilnError(.invalidFile, "the case has no bus \(number)", at: place)
      }
      return [index]
    default:
      throw KilnError(
        .invalidFile, "the case has no bus `\(words.joined(separator: " "))`", at: place)
    }
  }

  private static func kind(
    _ unit: String?, isLoad: Bool, _ place: String
  ) throws(KilnError) -> Kind {
    switch (unit ?? "").lowercased() {
    case "", "-", "1", "pu", "p.u.": return .factor(1)
    case "%": return .factor(0.01)
    case "mw": return .active(1)
    case "kw": return .active(1e-3)
    case "mvar" where isLoad: return .reactive(1)
    case "kvar" where isLoad: return .reactive(1e-3)
    default:
      throw KilnError(
        .invalidFile, "the unit `\(unit ?? "")` does not fit", at: place,
        fix: "leave the unit out for factors, or use %, MW, kW, MVAr (loads), kVAr (loads)")
    }
  }

  /// Loads and generation of one row of the table.
  ///
  /// - Parameters:
  ///   - values: the row's numbers.
  ///   - row: its number from 1, for messages.
  package func injections(_ values: [Double], row: Int) throws(KilnError) -> ScenarioInjections {
    let buses = grid.source.buses
    var loadMW = buses.map(\.loadMW)
    var loadMVAr = buses.map(\.loadMVAr)
    var generatorMW = grid.source.generators.map(\.activeMW)
    // What takes the place of values comes first, factors after it.
    for isFactor in [false, true] {
      for (column, change) in changes.enumerated() {
        guard let change else { continue }
        let value = values[column]
        guard value.isFinite else {
          throw KilnError(
            .invalidFile, "row \(row) of the profile has no number in column \(column + 1)")
        }
        switch (change.kind, isFactor) {
        case (.factor(let scale), true):
          for place in change.places {
            if change.isLoad {
              loadMW[place] *= value * scale
              loadMVAr[place] *= value * scale
            } else {
              generatorMW[place] *= value * scale
            }
          }
        case (.active(let scale), false):
          Self.set(change, value * scale, &loadMW, &loadMVAr, &generatorMW)
        case (.reactive(let scale), false):
          for place in change.places { loadMVAr[place] = value * scale }
        case (.factor, false), (.active, true), (.reactive, true): break
        }
      }
    }
    return ScenarioInjections(
      injections: Injections(
        grid, loadMW: loadMW, loadMVAr: loadMVAr, generatorMW: generatorMW),
      generatorMW: generatorMW)
  }

  /// Shares an amount in MW among the places as the case's values are shared.
  private static func set(
    _ change: Change, _ value: Double, _ loadMW: inout [Double], _ loadMVAr: inout [Double],
    _ generatorMW: inout [Double]
  ) {
    let before = change.places.map { change.isLoad ? loadMW[$0] : generatorMW[$0] }
    let total = before.reduce(0, +)
    for (place, own) in zip(change.places, before) {
      let share = total == 0 ? 1 / Double(change.places.count) : own / total
      if change.isLoad {
        if own != 0 { loadMVAr[place] *= value * share / own }
        loadMW[place] = value * share
      } else {
        generatorMW[place] = value * share
      }
    }
  }
}

/// What a row of a profile amounts to.
package struct ScenarioInjections: Sendable {
  package let injections: Injections
  package let generatorMW: [Double]

  package init(injections: Injections, generatorMW: [Double]) {
    self.injections = injections
    self.generatorMW = generatorMW
  }

  /// The case as it is.
  package init(_ grid: Grid) {
    self.init(
      injections: Injections(grid), generatorMW: grid.source.generators.map(\.activeMW))
  }
}
