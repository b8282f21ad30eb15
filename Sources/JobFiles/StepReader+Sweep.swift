import JobModel

extension StepReader {
  /// `sweep`: axes in the order of the file, and which of them run side by side.
  func sweep(_ node: Node?) -> (axes: [Node.Entry], zips: [[Word]]) {
    guard let node else { return ([], []) }
    let entries = names(node, "`sweep`", of: "an axis", example: "sweep: {load: [1 kN, 2 kN]}")
    let zips = entries.first { $0.key == Grammar.zip.name }
    return (entries.filter { $0.key != Grammar.zip.name }, zips.map { self.zips($0.value) } ?? [])
  }

  private func zips(_ node: Node) -> [[Word]] {
    let groups = fields.list(node, "`zip`", example: { _ in "zip: [[a, b]]" }) ?? []
    return groups.compactMap { group in
      guard case .sequence(let items) = group.kind else {
        if case .invalid = group.kind { return nil }
        report.add("`zip` must be a list of lists", at: group.mark, fix: "write `zip: [[a, b]]`")
        return nil
      }
      let words = items.compactMap { item in
        fields.text(item, "a name in `zip`").map { Word(text: $0, mark: item.mark) }
      }
      guard items.count >= 2 else {
        report.add("`zip` needs two axes or more", at: group.mark, fix: "write `zip: [[a, b]]`")
        return nil
      }
      return words
    }
  }
}
