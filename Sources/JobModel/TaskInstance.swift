import Base

/// One task of a step with everything filled in: what a worker executes.
package struct TaskInstance: Sendable {
  /// Number of the task, from 1.
  package let number: Int
  /// The values of the sweep at this task, in the order of the axes.
  package let point: [(name: String, value: Value)]
  /// Values of the kernel's parameters: defaults, what the step gives, what the sweep gives.
  package let parameters: [String: Value]
  /// The step's inputs with the file of this point where an axis names the input.
  package let inputs: [InputBinding]
  /// What `{name}` stands for: bare numbers in the step's unit system, and texts.
  package let placeholders: [String: String]
  /// The command with its placeholders filled; empty for a kernel.
  package let command: [String]

  /// Input name to path as the job file writes it; inputs from other steps are not among them.
  package var inputPaths: [String: String] {
    var paths: [String: String] = [:]
    for input in inputs {
      if case .file(let path) = input.source { paths[input.name] = path }
    }
    return paths
  }

  /// - Parameters:
  ///   - task: from 1 to the number of points.
  ///   - defaults: values of the kernel's parameters that have one.
  ///   - parameterNames: all parameters of the kernel; other values fill placeholders.
  /// - Throws: code `invalidFile` where a quantity does not convert to the step's unit system,
  ///   which a validated step does not do.
  package init(
    step: StepSpec, task: Int, defaults: [String: Value] = [:],
    parameterNames: Set<String> = []
  ) throws(KilnError) {
    number = task
    point = step.sweep.point(task)
    let given = step.parameters.merging(point.map { ($0.name, $0.value) }) { $1 }
    let isKernel = if case .kernel = step.work { true } else { false }
    inputs = step.inputs.map { TaskInstance.binding($0, given[$0.name]) }
    var parameters = defaults
    var placeholders: [String: String] = [:]
    let inputNames = Set(step.inputs.map(\.name))
    for (name, value) in given where !inputNames.contains(name) {
      let isParameter = parameterNames.contains(name)
      if isParameter { parameters[name] = value }
      do throws(KilnError) {
        placeholders[name] = try TaskInstance.text(of: value, in: step.units)
      } catch {
        // A parameter with a unit needs no unit system; only as a placeholder would it.
        if !isParameter { throw error }
      }
    }
    if !isKernel {
      for case (let name, .file(let path)) in inputs.map({ ($0.name, $0.source) }) {
        placeholders[name] = WorkName.of(path: path)
      }
    }
    self.parameters = parameters
    self.placeholders = placeholders
    switch step.work {
    case .kernel: command = []
    case .command(let words):
      command = words.map { Placeholder.fillArgument($0, with: placeholders) }
    }
  }

  private static func binding(_ input: InputBinding, _ swept: Value?) -> InputBinding {
    guard case .text(let path)? = swept else { return input }
    return InputBinding(name: input.name, source: .file(path))
  }

  /// How a value fills a placeholder: a quantity as a bare number of the unit system.
  package static func text(of value: Value, in units: UnitSystem) throws(KilnError) -> String {
    guard case .quantity(let number, let unit) = value else { return value.description }
    return Value.spell(try units.number(number, unit: unit))
  }
}

/// The name under which an input file appears in the task's working folder.
package enum WorkName {
  /// The last part of a path: `../models/arm.inp` appears as `arm.inp`.
  package static func of(path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? ""
  }

  /// Whether a relative path stays below the working folder on every system.
  package static func isSafe(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 1024
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
          && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      }
  }
}
