import Base

/// One task of a step with everything filled in: what a worker executes.
package struct TaskInstance: Sendable {
  /// Defaults, the step's parameters and the values of the sweep, the later over the earlier.
  package let parameters: [String: Value]
  /// Input name to a path as the job file writes it; inputs from other steps are not among them.
  package let inputPaths: [String: String]
  /// Values of the sweep as texts, in the step's unit system, for `{placeholder}`s.
  package let placeholders: [String: String]
  /// The command with its placeholders filled; empty for a kernel.
  package let command: [String]
  package let point: [(name: String, value: Value)]

  /// - Parameters:
  ///   - task: from 1.
  ///   - defaults: values of the kernel's parameters that have one.
  ///   - parameterNames: all parameters of the kernel; other axes are inputs or placeholders.
  /// - Throws: code `invalidFile` where a placeholder has no value or a unit does not convert.
  package init(
    step: StepSpec, task: Int, defaults: [String: Value], parameterNames: Set<String>
  ) throws(KilnError) {
    point = step.sweep.point(task)
    var parameters = defaults.merging(step.parameters) { $1 }
    var inputPaths: [String: String] = [:]
    for input in step.inputs {
      if case .file(let path) = input.source { inputPaths[input.name] = path }
    }
    var placeholders: [String: String] = [:]
    for (name, value) in point {
      if parameterNames.contains(name) {
        parameters[name] = value
      } else if step.sweptInputs.contains(name), case .text(let path) = value {
        inputPaths[name] = path
      }
      placeholders[name] = try TaskInstance.text(of: value, in: step.units, axis: name)
    }
    self.parameters = parameters
    self.inputPaths = inputPaths
    self.placeholders = placeholders
    switch step.work {
    case .kernel: command = []
    case .command(let words):
      var filled: [String] = []
      for word in words {
        do throws(UnfilledPlaceholder) {
          filled.append(try Placeholder.fill(word, with: placeholders))
        } catch {
          throw KilnError(.invalidFile, "the command's placeholder {\(error.name)} has no value")
        }
      }
      command = filled
    }
  }

  /// How a value fills a placeholder: quantities as plain numbers of the unit system.
  private static func text(
    of value: Value, in units: UnitSystem, axis: String
  ) throws(KilnError) -> String {
    guard case .quantity(let number, let unit) = value else { return value.description }
    if units.units.isEmpty { return value.description }
    guard let converted = units.number(number, unit: unit) else {
      throw KilnError(
        .invalidFile, "the unit system does not say how to write \(value) of axis '\(axis)'")
    }
    return Value.spell(converted)
  }
}
