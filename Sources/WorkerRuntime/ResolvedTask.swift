import Base
import Catalogue
import JobModel
import Wire

/// One task with everything looked up: what to run, on what, with which values.
struct ResolvedTask {
  var number: Int
  /// Values of the kernel's parameters, defaults included.
  var parameters: [String: Value]
  /// Program and arguments of a command, placeholders filled in; empty for a kernel.
  var arguments: [String]
  /// What `{name}` in inputs stands for.
  var placeholders: [String: String]
  var inputs: [InputPlacement]
  /// Input name to the names of its files below the working folder.
  var inputNames: [String: [String]]

  /// Name to digest of all input files, for the provenance.
  var digests: [String: SHA256] {
    var digests: [String: SHA256] = [:]
    for input in inputs { digests[input.name] = input.digest }
    return digests
  }
}

/// Looks up the tasks of one lease.
struct TaskResolver {
  private let spec: StepSpec
  private let files: [InputFile]
  private let upstream: UpstreamFiles
  private let parameterNames: Set<String>
  private let defaults: [String: Value]

  init(grant: Grant, state: StateDirectory) throws(KilnError) {
    spec = grant.spec
    files = grant.files
    upstream = try UpstreamFiles(state: state, upstream: grant.upstream)
    var defaults: [String: Value] = [:]
    var names: Set<String> = []
    if case .kernel(let name) = spec.work, let kernel = Catalogue.kernel(name) {
      names = Set(kernel.parameters.map(\.name))
      for parameter in kernel.parameters { defaults[parameter.name] = parameter.standard }
    }
    parameterNames = names
    self.defaults = defaults
  }

  func resolve(_ number: Int) throws(KilnError) -> ResolvedTask {
    let instance = try TaskInstance(
      step: spec, task: number, defaults: defaults, parameterNames: parameterNames)
    var task = ResolvedTask(
      number: number, parameters: instance.parameters, arguments: instance.command,
      placeholders: instance.placeholders, inputs: [], inputNames: [:])
    for input in spec.inputs { try place(input, path: instance.inputPaths[input.name], in: &task) }
    return task
  }

  private func place(
    _ input: InputBinding, path: String?, in task: inout ResolvedTask
  ) throws(KilnError) {
    switch input.source {
    case .file(let standard): place(file: path ?? standard, for: input.name, in: &task)
    case .result(let step, let name, .elementwise):
      let found = try upstream.file(name, step: step, task: task.number)
      task.inputs.append(InputPlacement(name: name, content: .result(found.segment, found.file)))
      task.inputNames[input.name] = [name]
    case .result(let step, let name, .gather):
      let numbers = upstream.tasks(step: step)
      for number in numbers {
        let found = try upstream.file(name, step: step, task: number)
        // The only file lies under its own name; several would collide, and lie by their tasks.
        let target = numbers.count == 1 ? name : "\(input.name)/\(number)/\(name)"
        task.inputs.append(
          InputPlacement(name: target, content: .result(found.segment, found.file)))
        task.inputNames[input.name, default: []].append(target)
      }
    }
  }

  /// A file with all that it includes.
  private func place(file path: String, for input: String?, in task: inout ResolvedTask) {
    for file in files where file.path == path {
      let placement = InputPlacement(name: file.name, content: .stored(file.digest))
      let isNew = !task.inputs.contains { $0.name == file.name }
      if isNew { task.inputs.append(placement) }
      if let input { task.inputNames[input, default: []].append(file.name) }
      // A file that includes itself is its reader's business.
      guard isNew else { continue }
      for included in files where included.includedBy == path {
        place(file: included.path, for: nil, in: &task)
      }
    }
  }
}
