/// Consecutive tasks of one step, both ends included; never empty.
package struct TaskRange: Hashable, Comparable, Sendable, Codable {
  package let first: Int
  package let last: Int

  package init(_ first: Int, _ last: Int) {
    precondition(first >= 1 && first <= last, "no task range \(first)…\(last)")
    self.first = first
    self.last = last
  }

  package init(_ number: Int) { self.init(number, number) }

  package var count: Int { last - first + 1 }
  package var numbers: ClosedRange<Int> { first...last }
  package func contains(_ number: Int) -> Bool { number >= first && number <= last }

  package func intersection(_ other: TaskRange) -> TaskRange? {
    let low = max(first, other.first)
    let high = min(last, other.last)
    return low <= high ? TaskRange(low, high) : nil
  }

  package static func < (a: TaskRange, b: TaskRange) -> Bool {
    (a.first, a.last) < (b.first, b.last)
  }
}

extension TaskRange: CustomStringConvertible {
  package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
