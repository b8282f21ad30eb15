import Base
import Catalogue
import JobModel
import Wire

/// Collects the rows of a sweep: `{"task": 1, "state": "succeeded", "point": {…}, "summary": {…}}`.
///
/// Columns are the axes, then the scalars of the kernel's declaration that occur, then others in
/// the order in which they first appear.
struct SweepTable {
  private let axes: [String]
  private let declared: [ScalarDeclaration]
  /// Scalars in the order in which they first appeared, and the place of each.
  private var seen: [String] = []
  private var places: [String: Int] = [:]
  private var units: [String: String] = [:]
  private var rows: [Row] = []

  /// Members of a summary that say where it comes from; they are no results.
  private static let origins: Set<String> = ["kernel", "command", "provenance"]

  private struct Row {
    let task: Int64
    let state: String
    /// One for each axis.
    let point: [Cell]
    /// By place; those that had not been seen by then are missing.
    let scalars: [Cell]
  }

  init(step: StepDetail) {
    axes = step.axes
    declared = Catalogue.kernel(step.work)?.scalars ?? []
  }

  mutating func add(_ row: JSONValue) throws(KilnError) {
    guard case .integer(let task)? = row["task"], case .text(let state)? = row["state"] else {
      throw KilnError(.internalError, "the server sent a row without a task or a state")
    }
    var scalars: [Cell] = []
    scalars.reserveCapacity(seen.count)
    if case .object(let members)? = row["summary"] {
      for member in members where !SweepTable.origins.contains(member.name) {
        note(member.name, member.value, in: &scalars)
      }
    }
    let given = row["point"]
    let point = axes.map { axis in given?[axis].flatMap(cell)?.cell ?? .empty }
    rows.append(Row(task: task, state: state, point: point, scalars: scalars))
  }

  private mutating func note(
    _ name: String, _ value: JSONValue, in scalars: inout [Cell]
  ) {
    guard let (cell, unit) = cell(value) else { return }
    let place = place(of: name)
    while scalars.count <= place { scalars.append(.empty) }
    if let unit, units[name] == nil { units[name] = unit }
    scalars[place] = cell
  }

  private mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = seen.count
    seen.append(name)
    return seen.count - 1
  }

  /// A scalar: a number, a text, a flag, or `{"value": 1.5, "unit": "mm"}`; nil for what is none.
  private func cell(_ value: JSONValue) -> (cell: Cell, unit: String?)? {
    switch value {
    case .integer(let number): return (.integer(number), nil)
    case .number(let number): return (.number(number), nil)
    case .text(let text): return (.text(text), nil)
    case .flag(let flag): return (.flag(flag), nil)
    case .null: return (.empty, nil)
    case .array: return nil
    case .object:
      guard let inner = value["value"], let (cell, _) = cell(inner) else { return nil }
      guard case .text(let unit)? = value["unit"], !unit.isEmpty else { return (cell, nil) }
      return (cell, unit)
    }
  }

  /// A scalar with the name of an axis or of a fixed column gets another one, so that the members
  /// of a JSON row stay distinct.
  private func columnKey(_ scalar: String) -> String {
    axes.contains(scalar) || ["task", "state"].contains(scalar) ? "result_\(scalar)" : scalar
  }

  /// The rows so far, which are given up one by one: a sweep may have millions.
  mutating func takeTable() -> Table {
    let known = declared.map(\.name).filter { places[$0] != nil }
    let scalars = known + seen.filter { !known.contains($0) }
    let order = scalars.compactMap { places[$0] }
    var table = Table(
      [Column("task"), Column("state")] + axes.map { Column($0) }
        + scalars.map { name in
          Column(columnKey(name), unit: units[name] ?? declared.first { $0.name == name }?.unit)
        })
    rows.reverse()
    while let row = rows.popLast() {
      var cells: [Cell] = []
      cells.reserveCapacity(table.columns.count)
      cells.append(.integer(row.task))
      cells.append(.text(row.state))
      cells.append(contentsOf: row.point)
      for place in order {
        cells.append(place < row.scalars.count ? row.scalars[place] : .empty)
      }
      table.add(
        cells, row.state == "succeeded" ? nil : row.state == "running" ? .active : .faint)
    }
    return table
  }
}
