import Base
import Catalogue
import JobModel

/// Reads one step: its work, its inputs, and everything that says how to run it.
struct StepReader {
  let name: String
  /// Names of all steps of the job, in order.
  let steps: [String]
  let context: JobFileContext

  func read(_ fields: inout Fields, _ problems: inout ProblemList) -> StepSpec? {
    let work = readWork(&fields, &problems)
    let kernel = work.flatMap(StepReader.kernel)
    let parameters = fields.take("parameters")
    let (inputs, inputMarks) = readInputs(fields.take("inputs"), kernel, &problems)
    let units = readUnits(fields.take("units"), &problems)
    let sweepNode = fields.take("sweep")
    let sweep = sweepNode.map { SweepReader().read($0, &problems) } ?? SweepReader.Result()
    let resources = PolicyReader.resources(fields.take("resources"), &problems)
    let retry = PolicyReader.retry(fields.take("retry"), &problems)
    let outputs = readOutputs(fields.take("outputs"), &problems)
    let needs = readNeeds(fields.take("needs"), &problems)
    guard let work else { return nil }
    var step = StepSpec(
      name: name, work: work, inputs: inputs, units: units, sweep: sweep.sweep,
      resources: resources, retry: retry, outputs: outputs, needs: needs)
    let check = StepCheck(
      kernel: kernel, context: context, mark: fields.mark, axisMarks: sweep.marks,
      inputMarks: inputMarks)
    check.apply(to: &step, parameters: parameters, &problems)
    return step
  }

  static func kernel(_ work: Work) -> KernelDeclaration? {
    switch work {
    case .kernel(let name): Catalogue.kernel(name)
    case .command: nil
    }
  }

  private func readWork(_ fields: inout Fields, _ problems: inout ProblemList) -> Work? {
    let kernel = fields.take("kernel")
    let command = fields.take("command")
    switch (kernel, command) {
    case (nil, nil):
      problems.add(
        name.isEmpty ? "the job does nothing" : "step `\(printable(name))` does nothing",
        at: fields.mark, fix: "give it `kernel: NAME` or `command: [PROGRAM, ARGUMENT …]`")
      return nil
    case (.some, .some):
      problems.add(
        "a step has a kernel or a command, not both", at: fields.keyMark("command"),
        fix: "remove one")
      return nil
    case (let node?, nil): return readKernel(node, &problems)
    case (nil, let node?): return readCommand(node, &problems)
    }
  }

  private func readKernel(_ node: Node, _ problems: inout ProblemList) -> Work? {
    guard case .scalar(let scalar) = node else {
      problems.add("`kernel` is a name, this is \(node.kind)", at: node.mark)
      return nil
    }
    guard Catalogue.kernel(scalar.text) != nil else {
      let near = nearest(to: scalar.text, among: Catalogue.kernels.map(\.name))
      problems.add(
        "there is no kernel `\(printable(scalar.text))`", at: scalar.mark,
        fix: near.map { "did you mean `\($0)`?" } ?? "`kiln kernel list` shows them")
      return nil
    }
    return .kernel(scalar.text)
  }

  private func readCommand(_ node: Node, _ problems: inout ProblemList) -> Work? {
    guard let words = texts(node), let program = words.first, !program.isEmpty else {
      problems.add(
        "`command` is a list of program and arguments", at: node.mark,
        fix: "write `command: [ccx, -i, bracket]`")
      return nil
    }
    return .command(words)
  }

  private func readInputs(
    _ node: Node?, _ kernel: KernelDeclaration?, _ problems: inout ProblemList
  ) -> ([InputBinding], [String: Mark]) {
    guard let node else { return ([], [:]) }
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`inputs` is a mapping from names to files, this is \(node.kind)", at: node.mark,
        fix: "write `inputs: {deck: bracket.inp}`")
      return ([], [:])
    }
    var bindings: [InputBinding] = []
    var marks: [String: Mark] = [:]
    for entry in Fields(entries, at: mark, &problems).all {
      marks[entry.key] = entry.keyMark
      if !isWord(entry.key) {
        problems.add(
          "an input's name is made of letters, digits, `-` and `_`", at: entry.keyMark)
      }
      if let source = readSource(entry, &problems) {
        bindings.append(InputBinding(name: entry.key, source: source))
      }
    }
    return (bindings, marks)
  }

  private func readSource(_ entry: Node.Entry, _ problems: inout ProblemList) -> InputSource? {
    switch entry.value {
    case .scalar(let scalar): return .file(scalar.text)
    case .sequence(_, let mark):
      problems.add(
        "input `\(printable(entry.key))` is a list", at: mark,
        fix: "one file for each input; to run on several, make it an axis of `sweep`")
      return nil
    case .mapping(let inner, let mark):
      var fields = Fields(inner, at: mark, &problems)
      let step = fields.take("step").flatMap { stepIndex($0, &problems) }
      let file = fields.take("file").flatMap { text($0) }
      fields.reportUnknown(of: "an input", &problems)
      guard let file, !file.isEmpty, !file.split(separator: "/").contains("..") else {
        problems.add("the input names no `file` of the step", at: mark)
        return nil
      }
      return step.map { .result(step: $0, file: file, wiring: .gather) }
    }
  }

  private func stepIndex(_ node: Node, _ problems: inout ProblemList) -> Int? {
    guard let word = text(node), let index = steps.firstIndex(of: word) else {
      let near = text(node).flatMap { nearest(to: $0, among: steps) }
      problems.add(
        "there is no step `\(printable(text(node) ?? node.kind))`", at: node.mark,
        fix: near.map { "did you mean `\($0)`?" })
      return nil
    }
    return index
  }

  private func readUnits(_ node: Node?, _ problems: inout ProblemList) -> UnitSystem {
    guard let node else { return UnitSystem() }
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`units` is a mapping from dimensions to units, this is \(node.kind)", at: node.mark,
        fix: "write `units: {length: mm, force: N}`")
      return UnitSystem()
    }
    var units: [String: String] = [:]
    for entry in Fields(entries, at: mark, &problems).all {
      guard let dimension = Dimension.named[entry.key] else {
        let near = nearest(to: entry.key, among: Dimension.named.keys.sorted())
        problems.add(
          "unknown dimension `\(printable(entry.key))`", at: entry.keyMark,
          fix: near.map { "did you mean `\($0)`?" })
        continue
      }
      guard let symbol = text(entry.value), let unit = Unit.named(symbol),
        unit.dimension == dimension
      else {
        problems.add(
          "`\(printable(text(entry.value) ?? entry.value.kind))` is no unit of \(entry.key)",
          at: entry.value.mark, fix: unitFix(dimension))
        continue
      }
      units[entry.key] = symbol
    }
    return UnitSystem(units)
  }

  private func unitFix(_ dimension: Dimension) -> String {
    let known = Unit.symbols.filter { Unit.named($0)?.dimension == dimension }
    return "known are \(known.joined(separator: ", "))"
  }

  private func readOutputs(_ node: Node?, _ problems: inout ProblemList) -> [String] {
    guard let node else { return [] }
    guard let patterns = texts(node), patterns.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("/") })
    else {
      problems.add(
        "`outputs` is a list of file patterns", at: node.mark,
        fix: "write `outputs: [\"*.vtu\", summary.json]`")
      return []
    }
    return patterns
  }

  private func readNeeds(_ node: Node?, _ problems: inout ProblemList) -> [Int] {
    guard let node else { return [] }
    guard case .sequence(let items, _) = node else {
      problems.add("`needs` is a list of steps", at: node.mark, fix: "write `needs: [mesh]`")
      return []
    }
    return items.compactMap { stepIndex($0, &problems) }
  }
}

/// The text of a single value; nil for lists and mappings.
func text(_ node: Node) -> String? {
  switch node {
  case .scalar(let scalar): scalar.text
  case .sequence, .mapping: nil
  }
}

/// The texts of a list; nil where it is no list or has something else in it.
func texts(_ node: Node) -> [String]? {
  guard case .sequence(let items, _) = node else { return nil }
  let texts = items.compactMap(text)
  return texts.count == items.count ? texts : nil
}
