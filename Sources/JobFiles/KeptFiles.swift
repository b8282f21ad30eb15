import Catalogue
import JobModel

/// Which files a step leaves for others, as far as the job file and the catalogue say.
struct KeptFiles {
  private enum Rule {
    case anything
    case matching([FilePattern])
    case named([String], Set<String>, kernel: String)
  }

  private let step: String
  private let rule: Rule

  init(_ draft: StepDraft) {
    step = draft.name
    guard !draft.keepsNothing else {
      rule = .matching([])
      return
    }
    switch draft.work {
    case .unknown: rule = .anything
    case .command:
      let patterns = (draft.outputs.map(\.text) + ["summary.json"]).map { FilePattern($0) }
      rule = draft.outputs.isEmpty ? .anything : .matching(patterns)
    case .kernel(let kernel):
      let names = KeptFiles.names(kernel, draft)
      rule = names.map { .named($0, Set($0), kernel: kernel.name) } ?? .anything
    }
  }

  /// Reports a file that the step does not leave.
  func check(_ file: Word, _ report: Report) {
    guard !report.isFull else { return }
    switch rule {
    case .anything: return
    case .matching(let patterns):
      if patterns.contains(where: { $0.matches(file.text) }) { return }
      report.add(
        "step `\(step)` does not keep \(quoted(file.text))", at: file.mark,
        fix: "add it to the `outputs` of that step")
    case .named(let names, let all, let kernel):
      if all.contains(file.text) { return }
      report.add(
        "\(kernel) in step `\(step)` writes no \(quoted(file.text))", at: file.mark,
        fix: suggestion(for: file.text, among: names))
    }
  }

  /// The files that a kernel leaves, for every file that its inputs may be; nil where unknown.
  private static func names(_ kernel: KernelDeclaration, _ draft: StepDraft) -> [String]? {
    var names: [String] = []
    for output in kernel.outputs {
      let parts = output.name.split(omittingEmptySubsequences: false) { "{}".contains($0) }
      guard parts.count == 3 else {
        names.append(output.name)
        continue
      }
      guard let stems = stems(of: String(parts[1]), draft) else { return nil }
      names += stems.map { parts[0] + $0 + parts[2] }
    }
    return names
  }

  private static func stems(of input: String, _ draft: StepDraft) -> [String]? {
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
