import Base
import JobModel

/// Reads a sweep: axes, evenly spaced ranges, and which axes run side by side.
struct SweepReader {
  struct Result {
    var sweep = Sweep()
    /// Where each axis stands.
    var marks: [String: Mark] = [:]
  }

  func read(_ node: Node, _ problems: inout ProblemList) -> Result {
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`sweep` is a mapping from axes to values, this is \(node.kind)", at: node.mark,
        fix: "write `sweep: {load: [1 kN, 2 kN]}`")
      return Result()
    }
    var fields = Fields(entries, at: mark, &problems)
    let zip = fields.take("zip")
    let zipMark = fields.keyMark("zip")
    var axes: [Axis] = []
    var marks: [String: Mark] = [:]
    for entry in fields.all where entry.key != "zip" {
      marks[entry.key] = entry.keyMark
      if !isWord(entry.key) {
        problems.add("an axis is made of letters, digits, `-` and `_`", at: entry.keyMark)
      }
      if let values = readValues(entry, &problems) {
        axes.append(Axis(name: entry.key, values: values))
      }
    }
    let zipped = zip.map { readZip($0, axes, &problems) } ?? []
    let groups = SweepReader.groups(axes, zipped)
    for group in groups where Set(group.map(\.values.count)).count > 1 {
      let lengths = group.map { "\($0.name) has \($0.values.count)" }.joined(separator: ", ")
      problems.add(
        "axes that run side by side have the same number of values; \(lengths)", at: zipMark)
      return Result(sweep: Sweep(), marks: marks)
    }
    let sweep = Sweep(groups: groups)
    if sweep.count > Sweep.pointsMax {
      problems.add(
        "the sweep has more than \(Sweep.pointsMax) points", at: mark,
        fix: "use fewer values, or several jobs")
      return Result(sweep: Sweep(), marks: marks)
    }
    return Result(sweep: sweep, marks: marks)
  }

  /// Zipped axes stand together, at the place of the first of them.
  private static func groups(_ axes: [Axis], _ zipped: [[String]]) -> [[Axis]] {
    var groups: [[Axis]] = []
    var placed: Set<String> = []
    for axis in axes where !placed.contains(axis.name) {
      let names = zipped.first { $0.contains(axis.name) } ?? [axis.name]
      groups.append(names.compactMap { name in axes.first { $0.name == name } })
      placed.formUnion(names)
    }
    return groups
  }

  private func readZip(
    _ node: Node, _ axes: [Axis], _ problems: inout ProblemList
  ) -> [[String]] {
    guard case .sequence(let items, _) = node else {
      problems.add("`zip` is a list of lists of axes", at: node.mark, fix: "write `zip: [[a, b]]`")
      return []
    }
    var seen: Set<String> = []
    return items.compactMap { item in
      guard let names = texts(item), names.count > 1 else {
        problems.add(
          "`zip` is a list of lists of axes", at: item.mark, fix: "write `zip: [[a, b]]`")
        return nil
      }
      for name in names where !axes.contains(where: { $0.name == name }) {
        problems.add(
          "`zip` names `\(printable(name))`, which is no axis", at: item.mark,
          fix: nearest(to: name, among: axes.map(\.name)).map { "did you mean `\($0)`?" })
      }
      for name in names where !seen.insert(name).inserted {
        problems.add("`zip` names `\(printable(name))` twice", at: item.mark)
      }
      return names
    }
  }

  private func readValues(_ entry: Node.Entry, _ problems: inout ProblemList) -> AxisValues? {
    switch entry.value {
    case .mapping(let inner, let mark):
      var fields = Fields(inner, at: mark, &problems)
      let range = readRange(&fields, &problems)
      fields.reportUnknown(of: "an evenly spaced axis", &problems)
      return range
    case .sequence(let items, let mark):
      let values = items.compactMap { item -> Value? in
        guard case .scalar(let scalar) = item else {
          problems.add("a value of an axis is \(item.kind)", at: item.mark)
          return nil
        }
        return ScalarText.value(scalar)
      }
      if items.isEmpty {
        problems.add("axis `\(printable(entry.key))` has no values", at: mark)
      }
      return values.count == items.count && !items.isEmpty ? .list(values) : nil
    case .scalar(let scalar):
      problems.add(
        "axis `\(printable(entry.key))` has a single value", at: scalar.mark,
        fix: "write a list, `[\(printable(scalar.text))]`, or `{from:, to:, count:}`")
      return nil
    }
  }

  private func readRange(_ fields: inout Fields, _ problems: inout ProblemList) -> AxisValues? {
    let fix = "write `{from: 1 kN, to: 5 kN, count: 9}`"
    guard let from = fields.take("from"), let to = fields.take("to"),
      let countNode = fields.take("count")
    else {
      _ = (fields.take("to"), fields.take("count"))
      problems.add("an evenly spaced axis has `from`, `to` and `count`", at: fields.mark, fix: fix)
      return nil
    }
    let count = integer(countNode, 1...Sweep.pointsMax, "count", &problems)
    guard let start = number(from, &problems), let end = number(to, &problems), let count else {
      return nil
    }
    guard start.unit == end.unit else {
      problems.add("`from` and `to` have different units", at: to.mark, fix: fix)
      return nil
    }
    return .linear(from: start.number, to: end.number, count: count, unit: start.unit)
  }

  private func number(
    _ node: Node, _ problems: inout ProblemList
  ) -> (number: Double, unit: String?)? {
    if case .scalar(let scalar) = node {
      switch ScalarText.value(scalar) {
      case .number(let number): return (number, nil)
      case .quantity(let number, let unit): return (number, unit)
      case .text, .flag: break
      }
    }
    problems.add(
      "`\(printable(text(node) ?? node.kind))` is not a number", at: node.mark,
      fix: "write a number, or a number, a space and a unit")
    return nil
  }
}
