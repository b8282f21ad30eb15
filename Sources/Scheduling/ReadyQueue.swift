import Base
import JobModel

/// The steps that have ready tasks, in the order in which they are served: higher priority first,
/// then projects that have had less, then the earliest deadline, then by job, then by step.
struct ReadyQueue: Sendable {
  struct Place: Hashable, Comparable, Sendable {
    let priority: Int
    /// The rank of the project among those that wait; 0 goes first.
    let share: Int
    /// Nil goes last.
    let deadline: Instant?
    let step: StepID

    static func < (a: Place, b: Place) -> Bool {
      if a.priority != b.priority { return a.priority > b.priority }
      if a.share != b.share { return a.share < b.share }
      if a.deadline != b.deadline {
        return a.deadline.map { first in b.deadline.map { first < $0 } ?? true } ?? false
      }
      return a.step < b.step
    }
  }

  struct Entry: Sendable {
    let place: Place
    /// What the first ready task of the step needs.
    var need: Need
  }

  /// In the order of service from `head` on: the first step is removed and changed most often, and new
  /// jobs come last.
  private var entries: [Entry] = []
  /// Before it are places of entries that have gone.
  private var head = 0
  /// So many of them are kept at least before the rest is moved to the front.
  private static let gapMin = 64

  /// The entries in the order of service; an entry's index counts from the next one to be served.
  var count: Int { entries.count - head }

  subscript(index: Int) -> Entry { entries[head + index] }

  /// The index of the entry with this place, or of the one that is served next after it.
  func index(from place: Place) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].place < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  var steps: [StepID] { entries[head...].map(\.place.step) }

  /// Adds or changes the entry of a step; nil removes it.
  mutating func set(_ place: Place, need: Need?) {
    let index = index(from: place)
    let isThere = index < count && self[index].place == place
    switch (need, isThere) {
    case (let need?, true): entries[head + index].need = need
    case (let need?, false): insert(Entry(place: place, need: need), at: index)
    case (nil, true): remove(at: index)
    case (nil, false): break
    }
  }

  /// Makes room on the side on which fewer entries have to move.
  private mutating func insert(_ entry: Entry, at index: Int) {
    guard head > 0, index < count / 2 else { return entries.insert(entry, at: head + index) }
    head -= 1
    for place in head..<(head + index) { entries[place] = entries[place + 1] }
    entries[head + index] = entry
  }

  private mutating func remove(at index: Int) {
    guard index < count / 2 || index == 0 else {
      entries.remove(at: head + index)
      return
    }
    for place in stride(from: head + index, to: head, by: -1) {
      entries[place] = entries[place - 1]
    }
    head += 1
    if head >= Self.gapMin, head > entries.count / 2 {
      entries.removeFirst(head)
      head = 0
    }
  }
}
