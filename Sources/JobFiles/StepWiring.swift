import Base
import Catalogue
import JobModel

/// Connects the steps of a job: inputs from other steps, `needs`, and no circles.
struct StepWiring {
  private let drafts: [StepDraft]
  private let specs: [StepSpec?]
  private let report: Report
  private let places: [String: Int]

  init(drafts: [StepDraft], specs: [StepSpec?], report: Report) {
    self.drafts = drafts
    self.specs = specs
    self.report = report
    places = Dictionary(
      drafts.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The steps with their inputs; short of those that were refused.
  func wire() -> [StepSpec] {
    var wired: [StepSpec] = []
    for (place, draft) in drafts.enumerated() {
      let needs = needs(of: draft)
      let inputs = inputs(of: draft, at: place)
      guard var spec = specs[place] else { continue }
      spec.inputs = inputs
      let wiredSteps = Set(
        inputs.compactMap { input -> Int? in
          if case .result(let step, _, _) = input.source { step } else { nil }
        })
      spec.needs = needs.filter { !wiredSteps.contains($0) }
      wired.append(spec)
    }
    refuseCircles()
    return wired
  }

  private func needs(of draft: StepDraft) -> [Int] {
    var needs: [Int] = []
    for word in draft.needs {
      guard let place = place(of: word) else { continue }
      if needs.contains(place) {
        report.add("`\(word.text)` is in `needs` twice", at: word.mark, fix: "remove one of them")
      } else {
        needs.append(place)
      }
    }
    return needs
  }

  /// Inputs in the order of the file; those that an axis names come last, with their first file.
  private func inputs(of draft: StepDraft, at place: Int) -> [InputBinding] {
    var bindings: [InputBinding] = []
    for input in draft.inputs {
      switch input.source {
      case .unknown: continue
      case .file(let path):
        bindings.append(InputBinding(name: input.name.text, source: .file(path.text)))
      case .result(let step, let file):
        guard let upstream = self.place(of: step) else { continue }
        checkFile(file, of: upstream)
        let wiring: Wiring =
          specs[upstream]?.sweep == specs[place]?.sweep ? .elementwise : .gather
        bindings.append(
          InputBinding(
            name: input.name.text,
            source: .result(step: upstream, file: file.text, wiring: wiring)))
      }
    }
    let declared = Set(draft.work.kernel?.inputs.map(\.name) ?? [])
    for axis in specs[place]?.sweep.axes ?? [] where declared.contains(axis.name) {
      if case .text(let path) = axis.values[0] {
        bindings.append(InputBinding(name: axis.name, source: .file(path)))
      }
    }
    return bindings
  }

  private func place(of word: Word) -> Int? {
    if let place = places[word.text], !word.text.isEmpty { return place }
    report.add(
      "no step \(quoted(word.text))", at: word.mark,
      fix: suggestion(for: word.text, among: drafts.map(\.name).filter { !$0.isEmpty })
        ?? "a job without `steps` has only one")
    return nil
  }

  /// A kernel says which files it leaves; a command may say.
  private func checkFile(_ file: Word, of upstream: Int) {
    let draft = drafts[upstream]
    switch draft.work {
    case .unknown: return
    case .command:
      let patterns = draft.outputs.map(\.text)
      let isKept =
        patterns.isEmpty || file.text == "summary.json"
        || patterns.contains { FilePattern($0).matches(file.text) }
      if !isKept {
        report.add(
          "step `\(draft.name)` does not keep \(quoted(file.text))", at: file.mark,
          fix: "add it to the `outputs` of that step")
      }
    case .kernel(let kernel):
      let names = outputNames(of: kernel, draft)
      guard let names, !names.contains(file.text) else { return }
      report.add(
        "\(kernel.name) in step `\(draft.name)` writes no \(quoted(file.text))", at: file.mark,
        fix: suggestion(for: file.text, among: names))
    }
  }

  /// The files that a kernel leaves, for every file that its inputs may be; nil where unknown.
  private func outputNames(of kernel: KernelDeclaration, _ draft: StepDraft) -> [String]? {
    var names: [String] = []
    for output in kernel.outputs {
      guard let input = kernel.inputs.first(where: { output.name.contains("{\($0.name)}") }) else {
        names.append(output.name)
        continue
      }
      guard let stems = stems(of: input.name, draft) else { return nil }
      names += stems.map { output.name.replacing("{\(input.name)}", with: $0) }
    }
    return names
  }

  private func stems(of input: String, _ draft: StepDraft) -> [String]? {
    if let axis = draft.axes.first(where: { $0.key == input }) {
      guard case .sequence(let items) = axis.value.kind else { return nil }
      return items.compactMap { item in
        if case .scalar(let text, _) = item.kind { JobFile.stem(of: text) } else { nil }
      }
    }
    for candidate in draft.inputs where candidate.name.text == input {
      switch candidate.source {
      case .unknown: return nil
      case .file(let path): return [JobFile.stem(of: path.text)]
      case .result(_, let file): return [JobFile.stem(of: file.text)]
      }
    }
    return nil
  }
}

// MARK: Circles

extension StepWiring {
  private struct Edge {
    let target: Int
    let mark: Mark
  }

  private func edges(of draft: StepDraft) -> [Edge] {
    let results = draft.inputs.compactMap { input -> Word? in
      if case .result(let step, _) = input.source { step } else { nil }
    }
    return (results + draft.needs).compactMap { word in
      places[word.text].map { Edge(target: $0, mark: word.mark) }
    }
  }

  /// Depth-first; every circle is reported once, at the word that closes it.
  private func refuseCircles() {
    let edges = drafts.map { self.edges(of: $0) }
    var isDone = [Bool](repeating: false, count: drafts.count)
    for start in drafts.indices where !isDone[start] {
      // Steps on the way from `start`, each with the edges that are still to be followed.
      var path: [(step: Int, rest: ArraySlice<Edge>)] = [(start, edges[start][...])]
      while let (step, rest) = path.last {
        guard let edge = rest.first else {
          isDone[step] = true
          path.removeLast()
          continue
        }
        path[path.count - 1].rest = rest.dropFirst()
        if let begin = path.firstIndex(where: { $0.step == edge.target }) {
          reportCircle(path[begin...].map(\.step), closedAt: edge.mark)
        } else if !isDone[edge.target] {
          path.append((edge.target, edges[edge.target][...]))
        }
      }
    }
  }

  private func reportCircle(_ steps: [Int], closedAt mark: Mark) {
    guard steps.count > 1 else {
      report.add(
        "step `\(drafts[steps[0]].name)` needs itself", at: mark, fix: "remove the dependency")
      return
    }
    let names = (steps + [steps[0]]).map { drafts[$0].name }
    report.add(
      "the steps wait for each other: \(names.joined(separator: " → "))", at: mark,
      fix: "remove one of these dependencies")
  }
}
