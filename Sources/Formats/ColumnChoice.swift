import Base

/// Finds the columns that a selection names among those of a file.
struct ColumnChoice {
  let available: [Column]
  let path: String

  init(_ available: [Column], path: String) {
    self.available = available
    self.path = path
  }

  /// Numbers (from 0) of the selected columns, in the order asked for.
  func indices(of names: [String]?) throws(KilnError) -> [Int] {
    guard let names else { return Array(available.indices) }
    var indices: [Int] = []
    for name in names {
      let found = try index(of: name)
      if indices.contains(found) {
        throw KilnError(.invalidFile, "the column `\(name)` is chosen twice", at: path)
      }
      indices.append(found)
    }
    return indices
  }

  /// A column by its name, by its heading with unit, by its name in another case, or by its number.
  func index(of name: String) throws(KilnError) -> Int {
    let tests: [(Column) -> Bool] = [
      { $0.name == name }, { $0.heading == name },
      { $0.name.lowercased() == name.lowercased() },
    ]
    for test in tests {
      let found = available.indices.filter { test(available[$0]) }
      if found.count > 1 {
        let numbers = found.map { "\($0 + 1)" }.joined(separator: ", ")
        throw KilnError(
          .invalidFile, "several columns are called `\(name)`", at: path,
          fix: "choose one by its number: \(numbers)")
      }
      if let only = found.first { return only }
    }
    if let number = Int(name), number >= 1, number <= available.count { return number - 1 }
    throw missing(name)
  }

  private func missing(_ name: String) -> KilnError {
    let names = available.map(\.name)
    if let near = nearest(to: name, among: names) {
      return KilnError(
        .invalidFile, "there is no column `\(name)`", at: path, fix: "did you mean `\(near)`?")
    }
    let shown = names.prefix(12).joined(separator: ", ")
    let more = names.count > 12 ? " and \(names.count - 12) more" : ""
    return KilnError(
      .invalidFile, "there is no column `\(name)`", at: path,
      fix: "choose by number from 1 to \(names.count), or by name: \(shown)\(more)")
  }
}
