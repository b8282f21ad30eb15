/// The values of one axis: written out, or evenly spaced and computed on demand.
package enum AxisValues: Hashable, Sendable, Codable {
  case list([Value])
  /// `count` values from `from` to `to`, both included; `unit` nil for plain numbers.
  case linear(from: Double, to: Double, count: Int, unit: String?)

  package var count: Int {
    switch self {
    case .list(let values): values.count
    case .linear(_, _, let count, _): count
    }
  }

  /// - Precondition: `index` is in `0..<count`.
  package subscript(index: Int) -> Value {
    switch self {
    case .list(let values): return values[index]
    case .linear(let from, let to, let count, let unit):
      let number = AxisValues.number(index, of: count, from, to)
      return unit.map { .quantity(number, unit: $0) } ?? .number(number)
    }
  }

  /// Weighted ends: whole numbers come out whole, because only the division rounds; the ends
  /// themselves are exact.
  private static func number(_ index: Int, of count: Int, _ from: Double, _ to: Double) -> Double {
    if index == 0 { return from }
    if index == count - 1 { return to }
    let steps = Double(count - 1)
    return (from * (steps - Double(index)) + to * Double(index)) / steps
  }
}

/// One axis of a sweep: a name and the values that it takes.
package struct Axis: Hashable, Sendable, Codable {
  package let name: String
  package let values: AxisValues

  package init(name: String, values: AxisValues) {
    self.name = name
    self.values = values
  }
}

/// The points of a step: the product of its groups, the last group fastest.
///
/// A group is one axis, or several of equal length that run side by side (`zip`). A million points
/// cost no more memory than their axes.
package struct Sweep: Hashable, Sendable, Codable {
  package let groups: [[Axis]]

  /// - Precondition: no group is empty, and the axes of a group have equal, positive counts.
  package init(groups: [[Axis]] = []) {
    precondition(
      groups.allSatisfy { group in
        group.first.map { $0.values.count > 0 } ?? false
          && group.allSatisfy { $0.values.count == group[0].values.count }
      }, "a sweep with an empty or uneven group")
    self.groups = groups
  }

  /// At most this many points in one step.
  package static let pointsMax = 10_000_000

  package var axes: [Axis] { groups.flatMap { $0 } }

  /// Number of points; 1 without axes. Saturates at `Int.max`.
  package var count: Int {
    groups.reduce(1) { product, group in
      let (result, overflow) = product.multipliedReportingOverflow(by: group[0].values.count)
      return overflow ? .max : result
    }
  }

  /// The values at a task, in the order of the axes; tasks count from 1.
  package func point(_ task: Int) -> [(name: String, value: Value)] {
    var rest = task - 1
    var indices = [Int](repeating: 0, count: groups.count)
    for (place, group) in groups.enumerated().reversed() {
      let count = group[0].values.count
      indices[place] = rest % count
      rest /= count
    }
    return zip(groups, indices).flatMap { group, index in
      group.map { (name: $0.name, value: $0.values[index]) }
    }
  }
}
