import Base
import Catalogue
import JobModel

/// Reads the top level of a job file.
struct JobReader {
  let context: JobFileContext

  /// The job, or nil after problems that leave nothing to build one from.
  func read(_ root: Node, _ problems: inout ProblemList) -> JobSpec? {
    guard case .mapping(let entries, let mark) = root else {
      problems.add(
        "a job file is a mapping, this is \(root.kind)", at: root.mark,
        fix: "start with `kernel: NAME` or `command: [PROGRAM]`")
      return nil
    }
    var fields = Fields(entries, at: mark, &problems)
    let name = jobName(fields.take("name"), &problems)
    let project = fields.take("project").flatMap { projectName($0, &problems) }
    let priority = fields.take("priority").flatMap {
      integer($0, -1_000_000...1_000_000, "priority", &problems)
    }
    let steps: [StepSpec?]
    if let several = fields.take("steps") {
      fields.reportUnknown(of: "a job with steps", &problems)
      steps = readSteps(several, &problems)
    } else {
      let reader = StepReader(name: "", steps: [], context: context)
      steps = [reader.read(&fields, &problems)]
      fields.reportUnknown(of: "the job", &problems)
    }
    let whole = steps.compactMap { $0 }
    guard whole.count == steps.count else { return nil }
    return JobSpec(
      name: name ?? whole.first.map(JobReader.standardName) ?? "job", project: project,
      priority: priority ?? 0, steps: Wiring.wired(whole))
  }

  private func readSteps(_ node: Node, _ problems: inout ProblemList) -> [StepSpec?] {
    guard case .mapping(let entries, let mark) = node, !entries.isEmpty else {
      problems.add(
        "`steps` is a mapping from step names to steps", at: node.mark,
        fix: "write `steps: {NAME: {kernel: …}}`")
      return [nil]
    }
    let fields = Fields(entries, at: mark, &problems)
    let names = fields.all.map(\.key)
    let steps = fields.all.map { entry -> StepSpec? in
      if !isWord(entry.key) {
        problems.add(
          "a step's name is made of letters, digits, `-` and `_`; `\(printable(entry.key))` is not",
          at: entry.keyMark)
      }
      guard case .mapping(let inner, let innerMark) = entry.value else {
        problems.add(
          "step `\(printable(entry.key))` is \(entry.value.kind)", at: entry.value.mark,
          fix: "write `{kernel: …}` or `{command: [...]}`")
        return nil
      }
      var stepFields = Fields(inner, at: innerMark, &problems)
      let reader = StepReader(name: entry.key, steps: names, context: context)
      let step = reader.read(&stepFields, &problems)
      stepFields.reportUnknown(of: "step `\(printable(entry.key))`", &problems)
      return step
    }
    let whole = steps.compactMap { $0 }
    if whole.count == steps.count, let cycle = StepGraph(whole).cycle {
      let path = cycle.map { names[$0] }.joined(separator: " → ")
      problems.add(
        "steps wait for each other: \(path)", at: fields.keyMark(names[cycle[0]]),
        fix: "remove one of these inputs or `needs`")
    }
    return steps
  }

  private func jobName(_ node: Node?, _ problems: inout ProblemList) -> String? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, !scalar.text.isEmpty else {
      problems.add("`name` is a text, this is \(node.kind)", at: node.mark)
      return nil
    }
    let hasControl = scalar.text.unicodeScalars.contains {
      $0.properties.generalCategory == .control
    }
    if hasControl || scalar.text.utf8.count > 1000 {
      problems.add(
        "a name has at most 1000 bytes and no control characters", at: scalar.mark)
      return nil
    }
    return scalar.text
  }

  private func projectName(_ node: Node, _ problems: inout ProblemList) -> ProjectName? {
    guard case .scalar(let scalar) = node, isWord(scalar.text) else {
      problems.add("a project's name is made of letters, digits, `-` and `_`", at: node.mark)
      return nil
    }
    return ProjectName(scalar.text)
  }

  private static func standardName(_ step: StepSpec) -> String {
    switch step.work {
    case .kernel(let name): name
    case .command(let words): JobFile.stem(words.first ?? "command")
    }
  }
}

/// A whole number within a range.
func integer(
  _ node: Node, _ range: ClosedRange<Int>, _ what: String, _ problems: inout ProblemList
) -> Int? {
  guard case .scalar(let scalar) = node, let number = Int(scalar.text), range.contains(number)
  else {
    problems.add(
      "`\(what)` is a whole number from \(range.lowerBound) to \(range.upperBound)",
      at: node.mark)
    return nil
  }
  return number
}
