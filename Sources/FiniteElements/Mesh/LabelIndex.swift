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
    labels.indices.filter {
      labels[$0] >= first && labels[$0] <= last && (labels[$0] - first) % increment == 0
    }
  }

  private func search(_ label: Int) -> Int? {
    var low = 0
    var high = labels.count
    while low < high {
      let middle = (low + high) / 2
      if labels[middle] < label { low = middle + 1 } else { high = middle }
    }
    return low < labels.count && labels[low] == label ? low : nil
  }
}
