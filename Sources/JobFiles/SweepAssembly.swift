import JobModel

/// Puts the axes of a step together: groups of `zip`, equal lengths, number of points.
struct SweepAssembly {
  private let draft: StepDraft
  private let axes: [String: AxisValues]
  private let report: Report

  init(_ draft: StepDraft, _ axes: [String: AxisValues], _ report: Report) {
    self.draft = draft
    self.axes = axes
    self.report = report
  }

  /// Nil where something is wrong, which is reported.
  var sweep: Sweep? {
    let known = draft.axes.map(\.key)
    var groupOf: [String: Int] = [:]
    for (number, zip) in draft.zips.enumerated() {
      for word in zip {
        if !known.contains(word.text) {
          report.add(
            "`zip` names \(quoted(word.text)), which is no axis", at: word.mark,
            fix: suggestion(for: word.text, among: known))
        } else if groupOf[word.text] != nil {
          report.add("`\(word.text)` is in `zip` twice", at: word.mark, fix: "remove one of them")
        } else {
          groupOf[word.text] = number
        }
      }
    }
    guard axes.count == known.count else { return nil }
    let groups = self.groups(groupOf)
    guard checkLengths(groups) else { return nil }
    return checkCount(groups) ? Sweep(groups: groups) : nil
  }

  /// Groups in the order in which their first axes appear.
  private func groups(_ groupOf: [String: Int]) -> [[Axis]] {
    var groups: [[Axis]] = []
    var places: [Int: Int] = [:]
    for entry in draft.axes {
      guard let values = axes[entry.key] else { continue }
      let axis = Axis(name: entry.key, values: values)
      guard let number = groupOf[entry.key] else {
        groups.append([axis])
        continue
      }
      if let place = places[number] {
        groups[place].append(axis)
      } else {
        places[number] = groups.count
        groups.append([axis])
      }
    }
    return groups
  }

  private func checkLengths(_ groups: [[Axis]]) -> Bool {
    var isGood = true
    for group in groups {
      for axis in group.dropFirst() where axis.values.count != group[0].values.count {
        let mark = draft.axes.first { $0.key == axis.name }?.mark ?? draft.mark
        report.add(
          "`zip` pairs `\(group[0].name)` with \(group[0].values.count) values and `\(axis.name)` "
            + "with \(axis.values.count)", at: mark, fix: "give both as many values")
        isGood = false
      }
    }
    return isGood
  }

  private func checkCount(_ groups: [[Axis]]) -> Bool {
    let count = Sweep(groups: groups).count
    guard count > Sweep.pointsMax else { return true }
    let number = count == .max ? "more points than can be counted" : "\(count) points"
    report.add(
      "the sweep has \(number); at most \(Sweep.pointsMax) are allowed",
      at: draft.axes.first?.mark ?? draft.mark,
      fix: "shorten axes or pair them with `zip`")
    return false
  }
}
