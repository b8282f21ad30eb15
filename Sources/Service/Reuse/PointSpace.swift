import Base
import Catalogue
import JobModel

/// The points of a step as numbers: each name has a value, fixed or along a group of axes.
///
/// Equal points of two steps get equal codes, however the steps spell them: a value that one step
/// fixes may be on an axis of the other, and axes may be paired in one and multiplied in the other.
struct PointSpace {
  private struct Variable {
    let name: String
    /// Nil: the same at every point.
    let group: Int?
    /// One, or one for each place of the group.
    let values: [String]

    /// Adds what the variable contributes to the codes of its group's places, or of all points.
    func add(
      _ numbers: [String: Int], _ stride: Int, to tables: inout [[Int]], _ start: inout Int
    ) {
      for (place, value) in values.enumerated() {
        let part = (numbers[value] ?? 0) * stride
        if let group { tables[group][place] += part } else { start += part }
      }
    }
  }

  private let variables: [Variable]
  private let groupCounts: [Int]
  let count: Int

  /// - Parameter digests: what stands for the content of the file at a path.
  init(_ step: StepSpec, digests: (String) -> String) {
    var variables: [Variable] = []
    var fixed = PointSpace.fixed(step)
    let paths = step.sweptInputs.union(PointSpace.files(step).map(\.name))
    func text(_ name: String, _ value: Value) -> String {
      paths.contains(name) ? digests(value.description) : PointSpace.text(of: value)
    }
    for (place, group) in step.sweep.groups.enumerated() {
      for axis in group {
        fixed[axis.name] = nil
        let values = (0..<axis.values.count).map { text(axis.name, axis.values[$0]) }
        variables.append(Variable(name: axis.name, group: place, values: values))
      }
    }
    for (name, value) in fixed {
      variables.append(Variable(name: name, group: nil, values: [text(name, value)]))
    }
    self.variables = variables.sorted { $0.name < $1.name }
    groupCounts = step.sweep.groups.map { $0[0].values.count }
    count = step.sweep.count
  }

  /// What has one value at all points, and what an axis gives others.
  private static func fixed(_ step: StepSpec) -> [String: Value] {
    var fixed = step.parameters
    if case .kernel(let name) = step.work, let kernel = Catalogue.kernel(name) {
      for parameter in kernel.parameters where fixed[parameter.name] == nil {
        fixed[parameter.name] = parameter.standard
      }
    }
    for (name, path) in files(step) { fixed[name] = .text(path) }
    return fixed
  }

  private static func files(_ step: StepSpec) -> [(name: String, path: String)] {
    step.inputs.compactMap { input in
      guard case .file(let path) = input.source else { return nil }
      return (input.name, path)
    }
  }

  /// With its kind: the text `3` is not the number 3.
  private static func text(of value: Value) -> String {
    switch value {
    case .text(let text): "t\(text)"
    case .number, .quantity: "n\(value)"
    case .flag(let flag): flag ? "f1" : "f0"
    }
  }

  /// All names that have a value, in order.
  var names: [String] { variables.map(\.name) }

  /// The same of a step whose points nobody has to know.
  static func names(of step: StepSpec) -> [String] {
    Set(fixed(step).keys).union(step.sweep.axes.map(\.name)).sorted()
  }

  /// Whether task n is the same point in both, for all n.
  func isSame(as other: PointSpace) -> Bool {
    groupCounts == other.groupCounts && variables.count == other.variables.count
      && zip(variables, other.variables).allSatisfy {
        $0.name == $1.name && $0.group == $1.group && $0.values == $1.values
      }
  }

  /// Codes of two steps that have the same names; nil where there are more combinations than codes.
  static func codes(_ one: PointSpace, _ other: PointSpace) -> (PointCodes, PointCodes)? {
    var tables = (
      [[Int]](one.groupCounts.map { [Int](repeating: 0, count: $0) }),
      [[Int]](other.groupCounts.map { [Int](repeating: 0, count: $0) })
    )
    var start = (0, 0)
    var stride = 1
    for (first, second) in zip(one.variables, other.variables) {
      var numbers: [String: Int] = [:]
      for value in first.values + second.values where numbers[value] == nil {
        numbers[value] = numbers.count
      }
      first.add(numbers, stride, to: &tables.0, &start.0)
      second.add(numbers, stride, to: &tables.1, &start.1)
      let (next, overflow) = stride.multipliedReportingOverflow(by: numbers.count)
      if overflow { return nil }
      stride = next
    }
    return (
      PointCodes(start: start.0, tables: tables.0), PointCodes(start: start.1, tables: tables.1)
    )
  }
}

/// The code of each task: a constant and what the place in each group adds.
struct PointCodes {
  let start: Int
  let tables: [[Int]]

  /// Calls with every task, from 1, and its code; the last group is the fastest.
  func forEach(_ body: (Int, Int) -> Void) {
    var places = [Int](repeating: 0, count: tables.count)
    var task = 0
    while true {
      var code = start
      for (group, place) in places.enumerated() { code += tables[group][place] }
      task += 1
      body(task, code)
      guard let group = tables.indices.last(where: { places[$0] + 1 < tables[$0].count }) else {
        return
      }
      places[group] += 1
      for later in places.indices where later > group { places[later] = 0 }
    }
  }
}
