import JobModel

extension StepReader {
  /// `inputs`: name to a path, or to a result of another step.
  func inputs(_ node: Node?) -> [InputDraft] {
    guard let node else { return [] }
    let entries = names(node, "`inputs`", of: "an input", example: "inputs: {deck: a.inp}")
    return entries.map { entry in
      InputDraft(name: Word(text: entry.key, mark: entry.mark), source: source(entry) ?? .unknown)
    }
  }

  /// Nil where it is wrong, which is reported.
  private func source(_ entry: Node.Entry) -> InputDraft.Source? {
    switch entry.value.kind {
    case .mapping: return result(entry)
    case .scalar, .invalid:
      return path(entry.value, of: entry.key).map { .file(Word(text: $0, mark: entry.value.mark)) }
    case .sequence:
      report.add(
        "the input `\(entry.key)` is one file, not a list", at: entry.value.mark,
        fix: "to run with each of them, name it in `sweep`: `{\(entry.key): [a, b]}`")
      return nil
    }
  }

  /// A path as the client finds it; its last part names the file in the working folder.
  func path(_ node: Node, of input: String) -> String? {
    guard let path = fields.text(node, "the path of `\(input)`") else { return nil }
    guard !path.hasSuffix("/"), WorkName.isSafe(WorkName.of(path: path)) else {
      report.add(
        "\(quoted(path)) does not name a file", at: node.mark, fix: "end it with a file name")
      return nil
    }
    return path
  }

  private func result(_ entry: Node.Entry) -> InputDraft.Source? {
    let example = "\(entry.key): {step: NAME, file: FILE}"
    guard
      let section = Section(
        entry.value, "an input", keys: Grammar.stepInput, example: example, report: report)
    else { return nil }
    guard let step = section["step"], let file = section["file"] else {
      if section.isUnderstood {
        report.add(
          "the input `\(entry.key)` needs `step` and `file`", at: entry.value.mark,
          fix: "write `\(example)`")
      }
      return nil
    }
    guard let stepName = fields.text(step, "`step`"), let fileName = fields.text(file, "`file`")
    else { return nil }
    guard WorkName.isSafe(fileName) else {
      report.add(
        "\(quoted(fileName)) is no name of a result file", at: file.mark,
        fix: "write it without leading `/` and without `..`")
      return nil
    }
    return .result(
      step: Word(text: stepName, mark: step.mark), file: Word(text: fileName, mark: file.mark))
  }
}
