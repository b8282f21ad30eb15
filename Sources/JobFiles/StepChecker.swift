import Base
import Catalogue
import JobModel

/// Looks up the names of one step: parameters, inputs and placeholders, in the catalogue and in the
/// texts of its inputs.
struct StepChecker {
  let draft: StepDraft
  let context: JobFileContext
  let report: Report
  private(set) var texts = StepTexts()
  private(set) var axes: [String: AxisValues] = [:]
  private(set) var parameters: [String: Value] = [:]
  private let axisNames: Set<String>
  private let parameterNames: [String]

  init(_ draft: StepDraft, _ context: JobFileContext, _ report: Report) {
    self.draft = draft
    axisNames = Set(draft.axes.map(\.key))
    parameterNames = draft.work.kernel?.parameters.map(\.name) ?? []
    self.context = context
    self.report = report
  }

  private var kernel: KernelDeclaration? { draft.work.kernel }

  /// The step but for inputs that come from other steps, which only the whole job can resolve.
  mutating func check() -> StepSpec? {
    if case .unknown = draft.work { texts.isComplete = false }
    checkInputNames()
    readTexts()
    for axis in draft.axes { readAxis(axis) }
    for entry in draft.parameters { readParameter(entry) }
    checkNothingIsMissing()
    checkWorkNames()
    guard let sweep = SweepAssembly(draft, axes, report).sweep else { return nil }
    return StepSpec(
      name: draft.name, work: work, parameters: parameters,
      sweptInputs: axisNames.intersection(inputNames), units: draft.units, sweep: sweep,
      resources: draft.resources, retry: draft.retry, outputs: draft.outputs.map(\.text),
      keepsNothing: draft.keepsNothing ? true : nil, isolation: draft.execution.isolation,
      checkpoint: draft.execution.checkpoint, stopWhen: draft.execution.stopWhen,
      reuse: draft.reuse)
  }

  private var work: Work {
    switch draft.work {
    case .kernel(let kernel): .kernel(kernel.name)
    case .command(let words): .command(words.map(\.text))
    case .unknown: .command([])
    }
  }

  /// Names of inputs that an axis may name.
  private var inputNames: [String] {
    switch draft.work {
    case .kernel(let kernel): kernel.inputs.map(\.name)
    case .command, .unknown: draft.inputs.map(\.name.text)
    }
  }
}

// MARK: Inputs and their texts

extension StepChecker {
  private func checkInputNames() {
    guard let kernel else { return }
    for input in draft.inputs where !inputNames.contains(input.name.text) {
      report.add(
        "\(kernel.name) has no input `\(input.name.text)`", at: input.name.mark,
        fix: suggestion(for: input.name.text, among: inputNames))
    }
    for input in draft.inputs where axisNames.contains(input.name.text) {
      report.add(
        "`\(input.name.text)` is given in `inputs` and in `sweep`", at: input.name.mark,
        fix: "remove one of them")
    }
  }

  /// Every file that may become an input, with its place: given once, or by an axis.
  private func files(of input: String) -> [Word] {
    if let axis = draft.axes.first(where: { $0.key == input }) {
      guard case .sequence(let items) = axis.value.kind else { return [] }
      return items.compactMap { item in
        guard case .scalar(let text, _) = item.kind else { return nil }
        return Word(text: text, mark: item.mark)
      }
    }
    return draft.inputs.compactMap { draft in
      guard draft.name.text == input, case .file(let word) = draft.source else { return nil }
      return word
    }
  }

  private mutating func readTexts() {
    if case .command(let words) = draft.work {
      for word in words { texts.addArgument(word.text) }
    }
    for name in inputNames {
      let declared = kernel?.inputs.first { $0.name == name }
      let hasPlaceholders = declared?.hasPlaceholders ?? false
      for file in files(of: name) { readText(of: file, hasPlaceholders: hasPlaceholders) }
      let isResult = draft.inputs.contains { input in
        if case .result = input.source { input.name.text == name } else { false }
      }
      if isResult, hasPlaceholders { texts.isComplete = false }
    }
  }

  private mutating func readText(of file: Word, hasPlaceholders: Bool) {
    guard !report.isFull else { return }
    let found = hasPlaceholders ? context.placeholders(file.text) : nil
    guard hasPlaceholders ? found != nil : context.exists(file.text) else {
      if hasPlaceholders { texts.isComplete = false }
      report.add(
        "no such file: \(quoted(file.text))", at: file.mark,
        fix: "paths are relative to the job file")
      return
    }
    guard let found else { return }
    texts.add(found, of: file)
    if texts.total > StepTexts.totalMax, texts.isComplete {
      texts.isComplete = false
      report.add(
        "the files have more than \(StepTexts.totalMax) placeholders", at: file.mark,
        fix: "split the job")
    }
  }
}

// MARK: Axes and parameters

extension StepChecker {
  private mutating func readAxis(_ axis: Node.Entry) {
    let reader = AxisReader(report: report)
    if inputNames.contains(axis.key) {
      axes[axis.key] = reader.paths(axis)
    } else if let parameter = kernel?.parameters.first(where: { $0.name == axis.key }) {
      axes[axis.key] = reader.values(axis, of: parameter)
      if texts.contains(axis.key) { checkUnits(axes[axis.key], of: axis) }
    } else {
      axes[axis.key] = reader.freeValues(axis)
      if isPlaceholder(axis, isAxis: true) { checkUnits(axes[axis.key], of: axis) }
    }
  }

  private mutating func readParameter(_ entry: Node.Entry) {
    guard !axisNames.contains(entry.key) else {
      report.add(
        "`\(entry.key)` is given in `parameters` and in `sweep`", at: entry.mark,
        fix: "remove one of them")
      return
    }
    let values = ValueReader(report)
    if let parameter = kernel?.parameters.first(where: { $0.name == entry.key }) {
      parameters[entry.key] = values.typed(entry.value, parameter)
      return
    }
    let isPlaceholder = isPlaceholder(entry, isAxis: false)
    guard let value = values.free(entry.value, "`\(entry.key)`") else { return }
    parameters[entry.key] = value
    if isPlaceholder { checkUnits(.list([value]), of: entry) }
  }

  /// Whether a name that is no parameter and no input is a placeholder; reported where it is not.
  private func isPlaceholder(_ entry: Node.Entry, isAxis: Bool) -> Bool {
    guard texts.isComplete else { return true }
    guard texts.contains(entry.key) else {
      reportUnknown(entry, isAxis: isAxis)
      return false
    }
    guard let without = texts.file(without: entry.key) else { return true }
    report.add(
      "\(quoted(without)) has no placeholder `{\(entry.key)}`", at: entry.mark,
      fix: "write it there, or leave that file out of the sweep")
    return false
  }

  private func reportUnknown(_ entry: Node.Entry, isAxis: Bool) {
    guard !report.isFull else { return }
    let inputs = isAxis ? inputNames : []
    var kinds: [String] = []
    if !parameterNames.isEmpty { kinds.append("parameter") }
    if !inputs.isEmpty { kinds.append("input") }
    var places = kinds.isEmpty ? [] : ["no \(kinds.joined(separator: " or ")) of \(workName)"]
    switch draft.work {
    case .kernel: places += texts.firstFile.map { ["no placeholder of \(quoted($0))"] } ?? []
    case .command: places.append("no `{placeholder}` in the command's arguments")
    case .unknown: return
    }
    if places.isEmpty { places = ["nothing that \(workName) knows"] }
    report.add(
      "the \(isAxis ? "axis" : "parameter") `\(entry.key)` is \(places.joined(separator: " and "))",
      at: entry.mark, fix: suggestion(for: entry.key, among: texts.names + parameterNames + inputs))
  }

  private var workName: String { kernel?.name ?? "this command" }

  /// Quantities fill placeholders as bare numbers, so the unit system must say in which unit.
  private func checkUnits(_ values: AxisValues?, of entry: Node.Entry) {
    let samples: [Value]
    switch values {
    case nil: return
    case .list(let list): samples = list
    case .linear(let from, _, _, let unit): samples = unit.map { [.quantity(from, unit: $0)] } ?? []
    }
    var seen: Set<String> = []
    var dimensions: Set<Dimension> = []
    for case .quantity(let number, let unit) in samples where seen.insert(unit).inserted {
      guard let known = Unit.named(unit),
        dimensions.insert(known.dimension).inserted || known.zero != 0
      else { continue }
      do throws(KilnError) {
        _ = try draft.units.number(number, unit: unit)
      } catch {
        report.add(
          "`\(entry.key)`: \(error.message)", at: entry.value.mark, fix: error.fix)
      }
    }
  }
}

// MARK: What is missing, what collides

extension StepChecker {
  private func checkNothingIsMissing() {
    let given = axisNames.union(draft.parameters.map(\.key))
    if let kernel {
      for parameter in kernel.parameters
      where parameter.standard == nil && !given.contains(parameter.name) {
        report.add(
          "\(kernel.name) needs the parameter `\(parameter.name)`, \(parameter.kind)",
          at: draft.mark, fix: "add `parameters: {\(parameter.name): …}`")
      }
      let inputs = axisNames.union(draft.inputs.map(\.name.text))
      for input in kernel.inputs where input.isRequired && !inputs.contains(input.name) {
        report.add(
          "\(kernel.name) needs the input `\(input.name)`", at: draft.mark,
          fix: "add `inputs: {\(input.name): FILE}`")
      }
    }
    for open in texts.needed {
      let name = open.placed.placeholder.name
      guard !given.contains(name) else { continue }
      report.add(
        "the placeholder `{\(name)}` has no value", at: open.file.mark,
        in: "\(open.placed.file):\(open.placed.line)",
        fix: "add `\(name)` to `sweep` or `parameters`, or a default: `{\(name)=1}`")
    }
  }

  /// Two inputs of one task cannot lie in its folder under one name.
  private func checkWorkNames() {
    var owners: [String: String] = [:]
    for name in inputNames.isEmpty ? draft.inputs.map(\.name.text) : inputNames {
      for file in files(of: name) {
        let workName = WorkName.of(path: file.text)
        if let owner = owners[workName], owner != name {
          report.add(
            "the inputs `\(owner)` and `\(name)` are both called \(quoted(workName))",
            at: file.mark, fix: "rename one of the files")
        }
        owners[workName] = name
      }
    }
  }
}
