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

  /// Last first: the step that is served next is removed and changed most often.
  private var reversed: [Entry] = []

  /// The entries in the order of service; an entry's index counts from the next one to be served.
  var count: Int { reversed.count }

  subscript(index: Int) -> Entry { reversed[reversed.count - 1 - index] }

  /// The index of the entry with this place, or of the one that is served next after it.
  func index(from place: Place) -> Int {
    let index = firstIndex(notAfter: place)
    let isThere = index < reversed.count && reversed[index].place == place
    return reversed.count - index - (isThere ? 1 : 0)
  }

  var steps: [StepID] { reversed.map(\.place.step) }

  /// Adds or changes the entry of a step; nil removes it.
  mutating func set(_ place: Place, need: Need?) {
    let index = firstIndex(notAfter: place)
    let isThere = index < reversed.count && reversed[index].place == place
    switch (need, isThere) {
    case (let need?, true): reversed[index].need = need
    case (let need?, false): reversed.insert(Entry(place: place, need: need), at: index)
    case (nil, true): reversed.remove(at: index)
    case (nil, false): break
    }
  }

  /// Where `place` is, or would be, in `reversed`.
  private func firstIndex(notAfter place: Place) -> Int {
    var low = 0
    var high = reversed.count
    while low < high {
      let middle = (low + high) / 2
      if place < reversed[middle].place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
