import Base
import Catalogue
import JobModel

/// Holds a step against the catalogue and against its input files.
struct StepCheck {
  let kernel: KernelDeclaration?
  let context: JobFileContext
  /// Of the step itself.
  let mark: Mark
  let axisMarks: [String: Mark]
  let inputMarks: [String: Mark]

  func apply(to step: inout StepSpec, parameters: Node?, _ problems: inout ProblemList) {
    let names = Set(step.inputs.map(\.name)).union(kernel?.inputs.map(\.name) ?? [])
    step.sweptInputs = Set(step.sweep.axes.map(\.name)).intersection(names)
    // An input that only an axis names is bound to the axis's first file; each task has its own.
    for axis in step.sweep.axes
    where step.sweptInputs.contains(axis.name)
      && !step.inputs.contains(where: { $0.name == axis.name })
    {
      if case .text(let path) = axis.values[0] {
        step.inputs.append(InputBinding(name: axis.name, source: .file(path)))
      }
    }
    step.parameters = ParameterCheck(kernel: kernel, step: step, mark: mark, axisMarks: axisMarks)
      .read(parameters, &problems)
    checkInputNames(step, &problems)
    checkSweptInputs(step, &problems)
    checkCollisions(step, &problems)
    checkPlaceholders(step, &problems)
  }

  private func checkInputNames(_ step: StepSpec, _ problems: inout ProblemList) {
    guard let kernel else { return }
    let known = kernel.inputs.map(\.name)
    for input in step.inputs where !known.contains(input.name) {
      problems.add(
        "kernel `\(kernel.name)` has no input `\(printable(input.name))`",
        at: inputMarks[input.name] ?? mark,
        fix: nearest(to: input.name, among: known).map { "did you mean `\($0)`?" }
          ?? (known.isEmpty
            ? "it takes no inputs" : "its inputs are \(known.joined(separator: ", "))"))
    }
    let given = Set(step.inputs.map(\.name)).union(step.sweptInputs)
    for input in kernel.inputs where input.isRequired && !given.contains(input.name) {
      problems.add(
        "kernel `\(kernel.name)` needs the input `\(input.name)`", at: mark,
        fix: "write `inputs: {\(input.name): FILE}`")
    }
  }

  private func checkSweptInputs(_ step: StepSpec, _ problems: inout ProblemList) {
    for axis in step.sweep.axes where step.sweptInputs.contains(axis.name) {
      let place = axisMarks[axis.name] ?? mark
      guard case .list(let values) = axis.values else {
        problems.add("axis `\(axis.name)` names an input: its values are files", at: place)
        continue
      }
      for value in values {
        if case .text = value { continue }
        problems.add(
          "axis `\(axis.name)` names an input: `\(value)` is no file", at: place,
          fix: "quote it if a file has that name")
      }
    }
  }

  /// Files lie in the working folder under their own names, which must differ.
  private func checkCollisions(_ step: StepSpec, _ problems: inout ProblemList) {
    var owners: [String: String] = [:]
    for (input, path) in JobFile.inputPaths(of: step) {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      let place = inputMarks[input] ?? axisMarks[input] ?? mark
      if name.isEmpty || name == "." || name == ".." || path.utf8.contains(0) {
        problems.add("`\(printable(path))` is no file name", at: place)
      } else if let owner = owners[name], owner != input {
        problems.add(
          "inputs `\(owner)` and `\(input)` are both called `\(printable(name))`", at: place,
          fix: "they would lie in one folder; rename one file")
      }
      owners[name] = input
    }
  }

  private func checkPlaceholders(_ step: StepSpec, _ problems: inout ProblemList) {
    let wanted = placeholders(of: step, &problems)
    let parameterNames = Set(kernel?.parameters.map(\.name) ?? [])
    for axis in step.sweep.axes
    where !parameterNames.contains(axis.name) && !step.sweptInputs.contains(axis.name) {
      guard wanted.contains(where: { $0.name == axis.name }) else {
        reportIdle(axis, wanted, &problems)
        continue
      }
      checkUnits(axis, step.units, &problems)
    }
    let given = Set(step.sweep.axes.map(\.name))
    for placeholder in wanted where placeholder.standard == nil && !given.contains(placeholder.name)
    {
      problems.add(
        "the placeholder {\(placeholder.name)} has no value", at: mark,
        fix: "add an axis `\(placeholder.name)` to `sweep`, or give it a default: "
          + "{\(placeholder.name)=VALUE}")
    }
  }

  private func reportIdle(
    _ axis: Axis, _ wanted: [JobModel.Placeholder], _ problems: inout ProblemList
  ) {
    let known =
      (kernel?.parameters.map(\.name) ?? []) + (kernel?.inputs.map(\.name) ?? [])
      + wanted.map(\.name)
    problems.add(
      "axis `\(printable(axis.name))` names no parameter, no input and no placeholder",
      at: axisMarks[axis.name] ?? mark,
      fix: nearest(to: axis.name, among: known).map { "did you mean `\($0)`?" }
        ?? (known.isEmpty ? nil : "there are \(known.joined(separator: ", "))"))
  }

  /// The placeholders of the command and of all input files that may have some.
  private func placeholders(
    of step: StepSpec, _ problems: inout ProblemList
  ) -> [JobModel.Placeholder] {
    var found: [JobModel.Placeholder] = []
    switch step.work {
    case .command(let words): found = words.flatMap { JobModel.Placeholder.scan(Array($0.utf8)) }
    case .kernel: break
    }
    for (input, path) in JobFile.inputPaths(of: step) {
      guard let inside = context.placeholders(path) else {
        problems.add(
          "there is no file `\(printable(path))`",
          at: inputMarks[input] ?? axisMarks[input] ?? mark,
          fix: "paths are relative to the job file")
        continue
      }
      if kernel?.inputs.first(where: { $0.name == input })?.hasPlaceholders == true {
        found += inside
      }
    }
    return found.reduce(into: []) { list, placeholder in
      if !list.contains(where: { $0.name == placeholder.name }) { list.append(placeholder) }
    }
  }

  private func checkUnits(_ axis: Axis, _ units: UnitSystem, _ problems: inout ProblemList) {
    let quantities: [(Double, String)]
    switch axis.values {
    case .linear(let from, _, _, let unit): quantities = unit.map { [(from, $0)] } ?? []
    case .list(let values):
      quantities = values.compactMap {
        if case .quantity(let number, let unit) = $0 { (number, unit) } else { nil }
      }
    }
    guard let (number, unit) = quantities.first(where: { units.number($0.0, unit: $0.1) == nil })
    else { return }
    problems.add(
      "nothing says how `\(Value.quantity(number, unit: unit))` is written in the deck",
      at: axisMarks[axis.name] ?? mark,
      fix: "add `units:`, for instance `units: {length: mm, force: N}`, or write plain numbers")
  }
}
