import Base
import Catalogue
import JobModel

/// Reads the sections of one step; looking up what names mean comes later.
struct StepReader {
  let report: Report
  let defaults: JobDefaults
  var fields: FieldReader { FieldReader(report: report) }

  func read(_ section: Section, name: String) -> StepDraft {
    var draft = StepDraft(name: name, mark: section.mark)
    draft.work = work(section)
    if let node = section["parameters"] {
      let example = "parameters: {duration: 1 s}"
      draft.parameters = names(node, "`parameters`", of: "a parameter", example: example)
    }
    draft.inputs = inputs(section["inputs"])
    draft.units = units(section["units"])
    if let mark = section["units"]?.mark { refuseContradiction(draft, at: mark) }
    (draft.axes, draft.zips) = sweep(section["sweep"])
    draft.resources = resources(section["resources"])
    draft.retry = retry(section["retry"])
    if case .scalar("none", isPlain: true)? = section["outputs"]?.kind {
      draft.keepsNothing = true
    } else {
      draft.outputs = outputs(section["outputs"])
    }
    draft.needs = needs(section["needs"])
    draft.reuse = section["reuse"].flatMap { fields.flag($0, "`reuse`") }
    draft.execution = execution(section, of: draft)
    return draft
  }

  private func work(_ section: Section) -> WorkDraft {
    switch (section["kernel"], section["command"]) {
    case (let kernel?, nil): return self.kernel(kernel)
    case (nil, let command?): return self.command(command)
    case (_?, _?):
      report.add(
        "a step has a kernel or a command, not both",
        at: section.mark(of: "command") ?? section.mark,
        fix: "remove one, or make two steps")
    case (nil, nil):
      let isGiven = section.mark(of: "kernel") != nil || section.mark(of: "command") != nil
      if !isGiven {
        report.add(
          "nothing to run", at: section.mark,
          fix: "add `kernel: NAME` or `command: [PROGRAM, ARGUMENT]`")
      }
    }
    return .unknown
  }

  private func kernel(_ node: Node) -> WorkDraft {
    guard let name = fields.text(node, "`kernel`") else { return .unknown }
    if let kernel = Catalogue.kernel(name) { return .kernel(kernel) }
    let near = nearest(to: name, among: Catalogue.kernels.map(\.name))
    report.add(
      "unknown kernel \(quoted(name))", at: node.mark,
      fix: near.map { "did you mean `\($0)`?" } ?? "`kiln kernel list` shows them")
    return .unknown
  }

  private func command(_ node: Node) -> WorkDraft {
    let example = { (text: String) in
      "[\(text.split(separator: " ").joined(separator: ", "))]"
    }
    guard let items = fields.list(node, "`command`", example: example) else { return .unknown }
    let words = items.compactMap { argument($0) }
    guard words.count == items.count else { return .unknown }
    guard let program = words.first, !program.text.isEmpty else {
      report.add("`command` names no program", at: node.mark, fix: "write `[PROGRAM, ARGUMENT]`")
      return .unknown
    }
    return .command(words)
  }

  /// Arguments may hold line ends, as scripts for `sh -c` do, and may be empty.
  private func argument(_ node: Node) -> Word? {
    guard case .scalar(let text, _) = node.kind else {
      if case .invalid = node.kind { return nil }
      report.add("an argument must be a text\(fields.notThis(node))", at: node.mark)
      return nil
    }
    guard !text.utf8.contains(0) else {
      report.add("an argument cannot hold the character NUL", at: node.mark, fix: "remove it")
      return nil
    }
    return Word(text: text, mark: node.mark)
  }

  /// At most so many entries of one mapping or list, but for the values of an axis.
  static let entriesMax = 1000

  /// The entries of a mapping whose keys are names.
  func names(
    _ node: Node, _ title: String, of kind: String, example: String
  ) -> [Node.Entry] {
    let entries = Section.entries(node, title, example: example, report: report) ?? []
    guard isShort(entries.count, title, at: node.mark) else { return [] }
    return entries.filter { fields.isName($0.key, kind, at: $0.mark) }
  }

  /// The items of a list of words.
  private func words(_ node: Node?, _ title: String, atMost max: Int) -> [Node] {
    guard let node, let items = fields.list(node, title, example: { "[\($0)]" }),
      isShort(items.count, title, at: node.mark, atMost: max)
    else { return [] }
    return items
  }

  private func isShort(
    _ count: Int, _ title: String, at mark: Mark, atMost max: Int = StepReader.entriesMax
  ) -> Bool {
    guard count > max else { return true }
    report.add(
      "\(title) has \(count) entries; at most \(max) are allowed", at: mark)
    return false
  }

  private func units(_ node: Node?) -> UnitSystem {
    guard let node else { return UnitSystem() }
    let entries = Section.entries(
      node, "`units`", example: "units: {length: mm, force: N}", report: report)
    var system = UnitSystem()
    for entry in entries ?? [] {
      guard let dimension = Dimension.named(entry.key) else {
        report.add(
          "unknown dimension \(quoted(entry.key))", at: entry.mark,
          fix: nearest(to: entry.key, among: Dimension.names.map(\.name)).map {
            "did you mean `\($0)`?"
          } ?? "known are \(listed(Dimension.names.map(\.name), "and"))")
        continue
      }
      guard let symbol = fields.text(entry.value, "`\(entry.key)`") else { continue }
      guard let unit = Unit.named(symbol) else {
        let unknown = UnitSystem.unknown(symbol, dimension: dimension)
        report.add(unknown.message, at: entry.value.mark, fix: unknown.fix)
        continue
      }
      if unit.dimension == dimension {
        system.units[entry.key] = symbol
      } else {
        report.add(
          "`\(symbol)` is not a unit of \(entry.key)", at: entry.value.mark,
          fix:
            "\(entry.key) is measured in `\(ParameterDeclaration.unitSI(of: entry.key))` or the like"
        )
      }
    }
    return system
  }

  /// A deck is written in one consistent system; a command may want each number in its own unit.
  private func refuseContradiction(_ draft: StepDraft, at mark: Mark) {
    guard draft.work.kernel != nil, let (name, others) = draft.units.contradiction,
      let symbol = draft.units.units[name]
    else { return }
    report.add(
      "`\(symbol)` for \(name) contradicts \(listed(others, "and"))", at: mark,
      fix: "remove `\(name)`; it follows from the others")
  }

  private func outputs(_ node: Node?) -> [Word] {
    words(node, "`outputs`", atMost: 100).compactMap { item in
      guard let text = fields.text(item, "a pattern of `outputs`") else { return nil }
      guard WorkName.isSafe(text) else {
        report.add(
          "the output \(quoted(text)) lies outside the task's folder", at: item.mark,
          fix: "write a name or pattern without leading `/` and without `..`")
        return nil
      }
      return Word(text: text, mark: item.mark)
    }
  }

  /// A list of names, which must succeed, or a mapping of names to conditions.
  private func needs(_ node: Node?) -> [NeedDraft] {
    guard let node, case .mapping(let entries) = node.kind else {
      return words(node, "`needs`", atMost: StepReader.entriesMax).compactMap { item in
        fields.text(item, "a name in `needs`").map {
          NeedDraft(step: Word(text: $0, mark: item.mark), condition: .ok)
        }
      }
    }
    guard isShort(entries.count, "`needs`", at: node.mark) else { return [] }
    return entries.compactMap { entry in
      guard let text = fields.text(entry.value, "`\(entry.key)`") else { return nil }
      guard let condition = NeedCondition(rawValue: text) else {
        let known = NeedCondition.allCases.map(\.rawValue)
        report.add(
          "`\(entry.key)` must be \(listed(known))\(fields.notThis(entry.value))",
          at: entry.value.mark, fix: nearest(to: text, among: known).map { "did you mean `\($0)`?" }
        )
        return nil
      }
      return NeedDraft(step: Word(text: entry.key, mark: entry.mark), condition: condition)
    }
  }
}
