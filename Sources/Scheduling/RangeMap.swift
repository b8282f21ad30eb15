import JobModel

/// Run-length map from task numbers to values: neighbours with equal values share one run.
///
/// Everything costs a binary search plus the runs it touches, so that a step with ten million
/// tasks in three states is as cheap as a step with three tasks.
struct RangeMap<Value: Hashable & Sendable>: Hashable, Sendable {
  struct Run: Hashable, Sendable {
    let tasks: TaskRange
    let value: Value
  }

  /// Sorted, disjoint, neighbours merged.
  private(set) var runs: [Run] = []
  /// Number of tasks that have a value.
  private(set) var count = 0

  init() {}

  var isEmpty: Bool { runs.isEmpty }

  subscript(number: Int) -> Value? {
    let index = firstIndex(endingAtOrAfter: number)
    guard index < runs.count, runs[index].tasks.contains(number) else { return nil }
    return runs[index].value
  }

  /// The runs inside `window`, cut to it.
  func runs(in window: TaskRange) -> [Run] {
    var found: [Run] = []
    var index = firstIndex(endingAtOrAfter: window.first)
    while index < runs.count, let part = runs[index].tasks.intersection(window) {
      found.append(Run(tasks: part, value: runs[index].value))
      index += 1
    }
    return found
  }

  /// The whole window, run by run; nil where tasks have no value.
  func covering(_ window: TaskRange) -> [(tasks: TaskRange, value: Value?)] {
    var parts: [(tasks: TaskRange, value: Value?)] = []
    var next = window.first
    for run in runs(in: window) {
      if next < run.tasks.first { parts.append((TaskRange(next, run.tasks.first - 1), nil)) }
      parts.append((run.tasks, run.value))
      next = run.tasks.last + 1
    }
    if next <= window.last { parts.append((TaskRange(next, window.last), nil)) }
    return parts
  }

  /// Gives all tasks of a range one value; nil takes theirs away.
  mutating func set(_ tasks: TaskRange, to value: Value?) {
    // Neighbours that only touch the range take part too, so that equal values merge.
    let low = firstIndex(endingAtOrAfter: tasks.first - 1)
    var high = low
    var replacement: [Run] = []
    var inserted = false
    func insert() {
      if let value, !inserted { Self.append(Run(tasks: tasks, value: value), to: &replacement) }
      inserted = true
    }
    while high < runs.count, runs[high].tasks.first <= tasks.last + 1 {
      let run = runs[high]
      count -= run.tasks.intersection(tasks)?.count ?? 0
      if run.tasks.first < tasks.first {
        let kept = TaskRange(run.tasks.first, min(run.tasks.last, tasks.first - 1))
        Self.append(Run(tasks: kept, value: run.value), to: &replacement)
      }
      if run.tasks.last > tasks.last {
        insert()
        let kept = TaskRange(max(run.tasks.first, tasks.last + 1), run.tasks.last)
        Self.append(Run(tasks: kept, value: run.value), to: &replacement)
      }
      high += 1
    }
    insert()
    if value != nil { count += tasks.count }
    runs.replaceSubrange(low..<high, with: replacement)
  }

  /// Gives all tasks of a set one value, in time linear in the runs: for sets in many pieces.
  mutating func set(_ tasks: RangeSet, to value: Value?) {
    let ranges = tasks.ranges
    guard ranges.count > 8 else {
      for range in ranges { set(range, to: value) }
      return
    }
    var merged: [Run] = []
    var next = 0
    func insert() {
      if let value { Self.append(Run(tasks: ranges[next], value: value), to: &merged) }
      next += 1
    }
    for run in runs {
      var first = run.tasks.first
      while next < ranges.count, ranges[next].last < first { insert() }
      while next < ranges.count, ranges[next].first <= run.tasks.last {
        if first < ranges[next].first {
          let kept = TaskRange(first, ranges[next].first - 1)
          Self.append(Run(tasks: kept, value: run.value), to: &merged)
        }
        first = ranges[next].last + 1
        // A range that reaches beyond this run is inserted after the last run that it covers.
        if first > run.tasks.last + 1 { break }
        insert()
      }
      if first <= run.tasks.last {
        Self.append(Run(tasks: TaskRange(first, run.tasks.last), value: run.value), to: &merged)
      }
    }
    while next < ranges.count { insert() }
    runs = merged
    count = merged.reduce(0) { $0 + $1.tasks.count }
  }

  /// Replaces the value of every task of a range by a function of the value that it has.
  mutating func update(_ tasks: TaskRange, by transform: (Value?) -> Value?) {
    for part in covering(tasks) { set(part.tasks, to: transform(part.value)) }
  }

  /// The place of the first run that ends at `number` or after it.
  func firstIndex(endingAtOrAfter number: Int) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].tasks.last < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func append(_ run: Run, to runs: inout [Run]) {
    if let last = runs.last, last.value == run.value, last.tasks.last + 1 == run.tasks.first {
      runs[runs.count - 1] = Run(
        tasks: TaskRange(last.tasks.first, run.tasks.last), value: run.value)
    } else {
      runs.append(run)
    }
  }
}
