import LinearAlgebra

/// Finds the place of a label in an ascending list of labels.
struct LabelIndex {
  private let labels: [Int]
  /// Places by label, when labels are dense enough for a table; -1 where there is none.
  private let table: [Int32]

  init(_ labels: [Int]) {
    self.labels = labels
    guard let first = labels.first, let last = labels.last, first >= 0,
      last <= 8 * labels.count + 1000, labels.count < Int(Int32.max)
    else {
      table = []
      return
    }
    var table = [Int32](repeating: -1, count: last + 1)
    for (place, label) in labels.enumerated() { table[label] = Int32(place) }
    self.table = table
  }

  subscript(label: Int) -> Int? {
    guard table.isEmpty else {
      guard label >= 0, label < table.count, table[label] >= 0 else { return nil }
      return Int(table[label])
    }
    return search(label)
  }

  /// The places of first, first + increment, ... up to last, where there is such a label.
  ///
  /// Goes through the labels, not the numbers between: those may be many.
  func places(from first: Int, through last: Int, by increment: Int) -> [Int] {
    let range = firstPlace(notBelow: first)..<firstPlace(notBelow: last + 1)
    return range.filter { (labels[$0] - first) % increment == 0 }
  }

  private func search(_ label: Int) -> Int? {
    let place = firstPlace(notBelow: label)
    return place < labels.count && labels[place] == label ? place : nil
  }

  private func firstPlace(notBelow label: Int) -> Int {
    var low = 0
    var high = labels.count
    while low < high {
      let middle = (low + high) / 2
      if labels[middle] < label { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Puts labels in ascending order.
enum LabelOrder {
  static func isAscending(_ labels: [Int]) -> Bool {
    labels.withView { labels in
      for place in 1..<max(labels.count, 1) where labels[place - 1] >= labels[place] {
        return false
      }
      return true
    }
  }

  /// The places of the labels in ascending order; equal ones keep theirs.
  ///
  /// Sorts by digits of eleven bits, from the lowest on, so that the time grows with the count.
  static func stable(_ labels: [Int]) -> [Int] {
    let largest = labels.max() ?? 0
    precondition(labels.allSatisfy { $0 >= 0 }, "labels are not negative")
    var order = Array(labels.indices)
    var sorted = order
    var shift = 0
    while largest >> shift > 0 {
      var starts = [Int](repeating: 0, count: 2049)
      for label in labels { starts[(label >> shift & 2047) + 1] += 1 }
      for digit in 0..<2048 { starts[digit + 1] += starts[digit] }
      for place in order {
        let digit = labels[place] >> shift & 2047
        sorted[starts[digit]] = place
        starts[digit] += 1
      }
      swap(&order, &sorted)
      shift += 11
    }
    return order
  }
}

extension Array {
  /// Makes room for `count` more elements, growing at least as much as appending would.
  mutating func reserveMore(_ count: Int) {
    guard self.count + count > capacity else { return }
    reserveCapacity(Swift.max(self.count + count, self.isEmpty ? 0 : 2 * capacity))
  }
}
