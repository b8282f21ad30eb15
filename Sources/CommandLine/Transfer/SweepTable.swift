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
  private var seen: [String] = []
  private var units: [String: String] = [:]
  private var rows: [Row] = []

  /// Members of a summary that say where it comes from; they are no results.
  private static let origins: Set<String> = ["kernel", "command", "provenance"]

  private struct Row {
    let task: Int64
    let state: String
    let point: [String: Cell]
    let scalars: [String: Cell]
  }

  init(step: StepDetail) {
    axes = step.axes
    declared = Catalogue.kernel(step.work)?.scalars ?? []
  }

  mutating func add(_ row: JSONValue) throws(KilnError) {
    guard case .integer(let task)? = row["task"], case .text(let state)? = row["state"] else {
      throw KilnError(.internalError, "the server sent a row without a task or a state")
    }
    var scalars: [String: Cell] = [:]
    if case .object(let members)? = row["summary"] {
      for member in members where !SweepTable.origins.contains(member.name) {
        note(member.name, member.value, in: &scalars)
      }
    }
    var point: [String: Cell] = [:]
    if case .object(let members)? = row["point"] {
      for member in members { point[member.name] = cell(member.value)?.cell ?? .empty }
    }
    rows.append(Row(task: task, state: state, point: point, scalars: scalars))
  }

  private mutating func note(
    _ name: String, _ value: JSONValue, in scalars: inout [String: Cell]
  ) {
    guard let (cell, unit) = cell(value) else { return }
    if scalars[name] == nil, !seen.contains(name) { seen.append(name) }
    if let unit, units[name] == nil { units[name] = unit }
    scalars[name] = cell
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

  var table: Table {
    let known = declared.map(\.name).filter { seen.contains($0) }
    let scalars = known + seen.filter { !known.contains($0) }
    var table = Table(
      [Column("task"), Column("state")] + axes.map { Column($0) }
        + scalars.map { name in
          Column(columnKey(name), unit: units[name] ?? declared.first { $0.name == name }?.unit)
        })
    for row in rows {
      table.add(
        [.integer(row.task), .text(row.state)] + axes.map { row.point[$0] ?? .empty }
          + scalars.map { row.scalars[$0] ?? .empty },
        row.state == "succeeded" ? nil : row.state == "running" ? .active : .faint)
    }
    return table
  }
}
