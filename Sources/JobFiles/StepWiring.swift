import Base
import Catalogue
import JobModel

/// Connects the steps of a job: inputs from other steps, `needs`, and no circles.
struct StepWiring {
  private let drafts: [StepDraft]
  private let specs: [StepSpec?]
  private let report: Report
  private let places: [String: Int]
  /// By step; of those only from which others take files.
  private let keptFiles: [Int: KeptFiles]

  init(drafts: [StepDraft], specs: [StepSpec?], report: Report) {
    self.drafts = drafts
    self.specs = specs
    self.report = report
    let places = Dictionary(
      drafts.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    self.places = places
    var keptFiles: [Int: KeptFiles] = [:]
    for input in drafts.lazy.flatMap(\.inputs) {
      guard case .result(let step, _) = input.source, let place = places[step.text],
        keptFiles[place] == nil
      else { continue }
      keptFiles[place] = KeptFiles(drafts[place])
    }
    self.keptFiles = keptFiles
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
      spec.needs = needs.filter { !wiredSteps.contains($0.step) }
      wired.append(spec)
    }
    refuseCircles()
    return wired
  }

  private func needs(of draft: StepDraft) -> [StepNeed] {
    var needs: [StepNeed] = []
    for need in draft.needs {
      guard let place = place(of: need.step) else { continue }
      if needs.contains(where: { $0.step == place }) {
        report.add(
          "`\(need.step.text)` is in `needs` twice", at: need.step.mark, fix: "remove one of them")
      } else if need.condition != .ok, isInput(place, of: draft) {
        report.add(
          "`\(need.step.text)` gives this step a file, so it must have succeeded",
          at: need.step.mark, fix: "remove the condition `\(need.condition.rawValue)`")
      } else {
        needs.append(StepNeed(place, need.condition))
      }
    }
    return needs
  }

  private func isInput(_ place: Int, of draft: StepDraft) -> Bool {
    draft.inputs.contains { input in
      if case .result(let step, _) = input.source { places[step.text] == place } else { false }
    }
  }

  /// Inputs in the order of the file; those that an axis names come last, with their first file.
  private func inputs(of draft: StepDraft, at place: Int) -> [InputBinding] {
    var bindings: [InputBinding] = []
    var wirings: [Int: Wiring] = [:]
    for input in draft.inputs {
      switch input.source {
      case .unknown: continue
      case .file(let path):
        bindings.append(InputBinding(name: input.name.text, source: .file(path.text)))
      case .result(let step, let file):
        guard let upstream = self.place(of: step) else { continue }
        keptFiles[upstream]?.check(file, report)
        let wiring = wirings[upstream] ?? wiring(from: upstream, to: place)
        wirings[upstream] = wiring
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

  private func wiring(from upstream: Int, to place: Int) -> Wiring {
    specs[upstream]?.sweep == specs[place]?.sweep ? .elementwise : .gather
  }

  private func place(of word: Word) -> Int? {
    if let place = places[word.text], !word.text.isEmpty { return place }
    report.add(
      "no step \(quoted(word.text))", at: word.mark,
      fix: suggestion(for: word.text, among: drafts.map(\.name).filter { !$0.isEmpty })
        ?? "a job without `steps` has only one")
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
    return (results + draft.needs.map(\.step)).compactMap { word in
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
    guard !report.isFull else { return }
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
