/// What forces are told apart by.
struct ForceKey {
  let freedom: Int
  let isImaginary: Bool
}

/// Where the force on a freedom stands in a list of forces: a table, since a deck may load every node.
struct ForcePlaces {
  private struct Entry {
    var place: Int32 = -1
    /// The step that gave the force last.
    var step: Int32 = -1
  }

  private var entries: [Entry] = []
  private var step: Int32 = 0

  /// Forces given from here on replace those that are known, or add up among each other.
  mutating func beginStep() { step += 1 }

  /// Forgets all places, not which forces the current step has given.
  mutating func removeAll() {
    for index in entries.indices { entries[index].place = -1 }
  }

  /// Notes that a force is given; true when it is the first on its freedom in the step.
  mutating func touch(_ key: ForceKey) -> Bool {
    let index = Self.index(key)
    if index >= entries.count {
      let missing = max(index + 1, 2 * entries.count) - entries.count
      entries.append(contentsOf: repeatElement(Entry(), count: missing))
    }
    defer { entries[index].step = step }
    return entries[index].step != step
  }

  subscript(key: ForceKey) -> Int? {
    get {
      let index = Self.index(key)
      guard index < entries.count, entries[index].place >= 0 else { return nil }
      return Int(entries[index].place)
    }
    set {
      guard Self.index(key) < entries.count else { preconditionFailure("touch the force first") }
      entries[Self.index(key)].place = Int32(newValue ?? -1)
    }
  }

  private static func index(_ key: ForceKey) -> Int { 2 * key.freedom + (key.isImaginary ? 1 : 0) }
}
