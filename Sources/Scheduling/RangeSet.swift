import JobModel

/// A set of task numbers, kept as sorted ranges.
struct RangeSet: Hashable, Sendable {
  private struct Member: Hashable, Sendable {}

  private var map = RangeMap<Member>()

  init() {}

  init(_ tasks: TaskRange) { insert(tasks) }

  init(_ ranges: [TaskRange]) {
    for tasks in ranges { insert(tasks) }
  }

  var isEmpty: Bool { map.isEmpty }
  /// Number of tasks, not of ranges.
  var count: Int { map.count }
  /// Sorted, disjoint, not adjacent.
  var ranges: [TaskRange] { map.runs.map(\.tasks) }
  /// The range with the smallest numbers.
  var first: TaskRange? { map.runs.first?.tasks }

  func contains(_ number: Int) -> Bool { map[number] != nil }

  /// How many members are smaller than `number`.
  func count(below number: Int) -> Int {
    guard number > 1 else { return 0 }
    return ranges(in: TaskRange(1, number - 1)).reduce(0) { $0 + $1.count }
  }

  /// The ranges inside `window`, cut to it.
  func ranges(in window: TaskRange) -> [TaskRange] { map.runs(in: window).map(\.tasks) }

  mutating func insert(_ tasks: TaskRange) { map.set(tasks, to: Member()) }
  mutating func remove(_ tasks: TaskRange) { map.set(tasks, to: nil) }

  mutating func formUnion(_ other: RangeSet) { map.set(other, to: Member()) }
  mutating func subtract(_ other: RangeSet) { map.set(other, to: nil) }

  func intersection(_ window: TaskRange) -> RangeSet {
    var common = RangeSet()
    for tasks in ranges(in: window) { common.insert(tasks) }
    return common
  }

  /// Costs the ranges of this set and those of the other that they meet.
  func intersection(_ other: RangeSet) -> RangeSet {
    var common = RangeSet()
    for window in map.runs {
      for tasks in other.ranges(in: window.tasks) { common.insert(tasks) }
    }
    return common
  }
}
