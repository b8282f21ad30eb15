import Base

/// What is to happen, by time; at equal times in the order in which it was planned.
struct Timeline<Element> {
  private struct Entry {
    let at: Instant
    let number: Int
    let element: Element

    func isBefore(_ other: Entry) -> Bool {
      at != other.at ? at < other.at : number < other.number
    }
  }

  /// A binary heap, earliest first.
  private var heap: [Entry] = []
  private var planned = 0

  mutating func plan(_ element: Element, at instant: Instant) {
    planned += 1
    heap.append(Entry(at: instant, number: planned, element: element))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (at: Instant, element: Element)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return (first.at, first.element) }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == parent { return (first.at, first.element) }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
