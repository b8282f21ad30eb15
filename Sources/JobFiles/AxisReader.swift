import Base
import Catalogue
import JobModel

/// Reads the values of an axis.
struct AxisReader {
  let report: Report
  private var values: ValueReader { ValueReader(report) }

  /// An axis that names a parameter.
  func values(_ axis: Node.Entry, of parameter: ParameterDeclaration) -> AxisValues? {
    if case .mapping = axis.value.kind { return linear(axis, of: parameter) }
    return list(axis) { values.typed($0, parameter) }
  }

  /// An axis that names a placeholder.
  func freeValues(_ axis: Node.Entry) -> AxisValues? {
    if case .mapping(let entries) = axis.value.kind {
      return entries.contains { $0.key == Grammar.texts.name } ? texts(axis) : linear(axis, of: nil)
    }
    return list(axis) { values.free($0, "a value of `\(axis.key)`") }
  }

  /// An axis that names an input.
  func paths(_ axis: Node.Entry) -> AxisValues? {
    let steps = StepReader(report: report, defaults: JobDefaults())
    if case .mapping = axis.value.kind {
      report.add(
        "the axis `\(axis.key)` names an input and needs a list of files", at: axis.value.mark,
        fix: "write `\(axis.key): [a, b]`")
      return nil
    }
    return list(axis) { steps.path($0, of: axis.key).map { .text($0) } }
  }

  /// `{texts: [10 N, 007]}`: nothing is taken for a number or a quantity.
  private func texts(_ axis: Node.Entry) -> AxisValues? {
    guard
      let section = Section(
        axis.value, "`\(axis.key)`", keys: [Grammar.texts],
        example: "\(axis.key): {texts: [a, b]}", report: report),
      let node = section[Grammar.texts.name]
    else { return nil }
    return list(Node.Entry(key: axis.key, mark: axis.mark, value: node)) { item in
      // Whatever it holds: like the arguments of a command, it never meets a terminal unescaped.
      if case .scalar(let text, _) = item.kind { return .text(text) }
      return values.fields.text(item, "a value of `\(axis.key)`").map { .text($0) }
    }
  }

  private func list(_ axis: Node.Entry, _ read: (Node) -> Value?) -> AxisValues? {
    guard case .sequence(let items) = axis.value.kind else {
      guard case .scalar(let text, _) = axis.value.kind else { return nil }
      report.add(
        "the axis `\(axis.key)` needs a list, or from, to and count", at: axis.value.mark,
        fix: "write `\(axis.key): [\(quoted(text).dropFirst().dropLast())]`")
      return nil
    }
    guard !items.isEmpty else {
      report.add(
        "the axis `\(axis.key)` has no values", at: axis.value.mark,
        fix: "give it values or remove it")
      return nil
    }
    let values = items.compactMap { report.isFull ? nil : read($0) }
    return values.count == items.count ? .list(values) : nil
  }
}

// MARK: Evenly spaced values

extension AxisReader {
  private func linear(_ axis: Node.Entry, of parameter: ParameterDeclaration?) -> AxisValues? {
    let example = "\(axis.key): {from: 1, to: 5, count: 9}"
    guard
      let section = Section(
        axis.value, "`\(axis.key)`", keys: Grammar.linear, example: example, report: report)
    else { return nil }
    guard let from = section["from"], let to = section["to"], let count = section["count"] else {
      guard section.isUnderstood else { return nil }
      report.add(
        "the axis `\(axis.key)` needs from, to and count", at: axis.value.mark,
        fix: "write `\(example)`")
      return nil
    }
    let ends = [from, to].map { end(of: axis, $0, parameter) }
    guard let number = fields.integer(count, "`count`", 2...Sweep.pointsMax), let first = ends[0],
      let last = ends[1], let linear = linear(first, last, count: number, axis)
    else { return nil }
    if let parameter { guard fits(linear, parameter, axis) else { return nil } }
    return linear
  }

  private var fields: FieldReader { FieldReader(report: report) }

  /// One end: a number, with or without a unit.
  private func end(
    of axis: Node.Entry, _ node: Node, _ parameter: ParameterDeclaration?
  ) -> Value? {
    let value: Value?
    if let parameter {
      value = values.typed(node, parameter)
    } else {
      value = values.free(node, "an end of `\(axis.key)`")
    }
    switch value {
    case .number, .quantity, nil: return value
    case .text, .flag:
      report.add(
        "an end of `\(axis.key)` must be a number\(fields.notThis(node))", at: node.mark,
        fix: "list the values instead: `\(axis.key): [a, b]`")
      return nil
    }
  }

  /// Both ends in the unit of the first.
  private func linear(
    _ from: Value, _ to: Value, count: Int, _ axis: Node.Entry
  ) -> AxisValues? {
    var ends: (from: Double, to: Double)
    var unit: String?
    switch (from, to) {
    case (.number(let first), .number(let last)): ends = (first, last)
    case (.quantity(let first, let one), .quantity(let last, let other)):
      guard let a = Unit.named(one), let b = Unit.named(other), a.dimension == b.dimension,
        a.zero == b.zero
      else {
        report.add(
          "`\(axis.key)` cannot go from `\(one)` to `\(other)`", at: axis.value.mark,
          fix: "give both ends in `\(one)`")
        return nil
      }
      ends = (first, one == other ? last : (b.scale / a.scale).times(last))
      unit = one
    default:
      report.add(
        "only one end of `\(axis.key)` has a unit", at: axis.value.mark,
        fix: "give both ends in one unit")
      return nil
    }
    guard ((abs(ends.from) + abs(ends.to)) * Double(count)).isFinite else {
      report.add("`\(axis.key)` spans more than a number can hold", at: axis.value.mark)
      return nil
    }
    return .linear(from: ends.from, to: ends.to, count: count, unit: unit)
  }

  /// The ends are in range, and so is all between them; whole numbers must stay whole.
  private func fits(
    _ values: AxisValues, _ parameter: ParameterDeclaration, _ axis: Node.Entry
  ) -> Bool {
    guard case .integer = parameter.kind, case .linear(let from, let to, let count, _) = values
    else { return true }
    if (to - from).truncatingRemainder(dividingBy: Double(count - 1)) == 0 { return true }
    report.add(
      "`\(axis.key)` takes whole numbers, and \(count) values from \(Value.spell(from)) to "
        + "\(Value.spell(to)) are not", at: axis.value.mark, fix: "choose another count")
    return false
  }
}
