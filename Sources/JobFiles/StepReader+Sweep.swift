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
    guard case .sequence(let groups) = node.kind else {
      refuseZip(at: node.mark, "`zip` must be a list of lists")
      return []
    }
    var zips: [[Word]] = []
    for group in groups {
      guard case .sequence(let items) = group.kind else {
        refuseZip(at: group.mark, "`zip` must be a list of lists")
        return []
      }
      if items.count < 2 { refuseZip(at: group.mark, "`zip` needs two axes or more") }
      zips.append(
        items.compactMap { item in
          fields.text(item, "a name in `zip`").map { Word(text: $0, mark: item.mark) }
        })
    }
    return zips
  }

  private func refuseZip(at mark: Mark, _ what: String) {
    report.add(what, at: mark, fix: "write `zip: [[a, b]]`")
  }
}
