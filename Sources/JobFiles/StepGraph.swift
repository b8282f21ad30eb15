import JobModel

/// Which steps wait for which.
struct StepGraph {
  private let upstream: [[Int]]

  init(_ steps: [StepSpec]) {
    upstream = steps.map { step in
      step.needs
        + step.inputs.compactMap { input in
          switch input.source {
          case .file: nil
          case .result(let step, _, _): step
          }
        }
    }
  }

  /// Steps that wait for each other, in order, the first one again at the end; nil without a cycle.
  var cycle: [Int]? {
    var isDone = [Bool](repeating: false, count: upstream.count)
    for start in upstream.indices {
      var path: [Int] = []
      if let cycle = search(start, &path, &isDone) { return cycle }
    }
    return nil
  }

  private func search(_ step: Int, _ path: inout [Int], _ isDone: inout [Bool]) -> [Int]? {
    if let start = path.firstIndex(of: step) { return Array(path[start...]) + [step] }
    if isDone[step] { return nil }
    path.append(step)
    for next in upstream[step] {
      if let cycle = search(next, &path, &isDone) { return cycle }
    }
    path.removeLast()
    isDone[step] = true
    return nil
  }
}

extension Wiring {
  /// Decides for each input from another step how it is wired: steps with equal axes task by task.
  static func wired(_ steps: [StepSpec]) -> [StepSpec] {
    steps.map { step in
      var step = step
      step.inputs = step.inputs.map { input in
        switch input.source {
        case .file: return input
        case .result(let upstream, let file, _):
          let isElementwise =
            step.sweep.count > 1 && steps[upstream].sweep == step.sweep
          return InputBinding(
            name: input.name,
            source: .result(
              step: upstream, file: file, wiring: isElementwise ? .elementwise : .gather))
        }
      }
      return step
    }
  }
}
