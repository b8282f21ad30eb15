import Base
import JobModel

/// Reads a whole job: its own keys, its steps, and how the steps depend on each other.
struct JobAssembly {
  let report: Report
  let context: JobFileContext
  var fields: FieldReader { FieldReader(report: report) }

  /// Nil where something is wrong, which is reported.
  func job(_ root: Node, fileName: String) -> JobSpec? {
    let hasSteps =
      if case .mapping(let entries) = root.kind {
        entries.contains { $0.key == Grammar.steps.name }
      } else {
        false
      }
    guard
      let section = Section(
        root, "a job file", keys: Grammar.single, example: "kernel: NAME", report: report)
    else { return nil }
    let name = self.name(section["name"]) ?? JobFile.jobName(JobFile.stem(of: fileName))
    let project = section["project"].flatMap { self.project($0) } ?? context.defaults.project
    let priority =
      section["priority"].flatMap { fields.integer($0, "`priority`", -1000...1000) }
      ?? context.defaults.priority
    let maxRunning = section["max_running"].flatMap {
      fields.integer($0, "`max_running`", 1...1_000_000)
    }
    let begin = section["begin"].flatMap { self.begin($0) }
    let after = section["after"].map { JobNeedReader(report: report).read($0) }
    let notify = section["notify"].map(NoticeReader(report: report).targets)
    let deadline = section["deadline"].flatMap { self.deadline($0, begin: begin) }
    let labels = section["labels"].map { self.labels($0) } ?? []
    let isPreemptible = section["preemptible"].flatMap { fields.flag($0, "`preemptible`") } ?? false
    let drafts = hasSteps ? steps(section) : [stepReader.read(section, name: "")]
    let steps = self.resolve(drafts)
    if isPreemptible { checkPreemption(steps, at: section.mark(of: "preemptible") ?? root.mark) }
    guard report.isEmpty else { return nil }
    return JobSpec(
      name: name, project: project, priority: priority, maxRunning: maxRunning, begin: begin,
      after: after, deadline: deadline, labels: labels, isPreemptible: isPreemptible, steps: steps,
      notify: notify)
  }

  private var stepReader: StepReader { StepReader(report: report, defaults: context.defaults) }

  private func name(_ node: Node?) -> String? {
    guard let node, let name = fields.text(node, "`name`") else { return nil }
    guard name.utf8.count <= 200 else {
      report.add("`name` is longer than 200 bytes", at: node.mark, fix: "shorten it")
      return nil
    }
    return name
  }

  private func project(_ node: Node) -> ProjectName? {
    guard let name = fields.text(node, "`project`"),
      fields.isName(name, "a project", at: node.mark)
    else { return nil }
    return ProjectName(name)
  }

  private func steps(_ section: Section) -> [StepDraft] {
    for key in Grammar.step {
      guard let mark = section.mark(of: key.name) else { continue }
      report.add(
        "`\(key.name)` stands beside `steps`", at: mark, fix: "move it into the steps that need it")
    }
    guard let node = section["steps"] else { return [] }
    let entries = stepReader.names(
      node, "`steps`", of: "a step", example: "steps: {first: {kernel: NAME}}")
    if entries.isEmpty, case .mapping(let all) = node.kind, all.isEmpty {
      report.add("`steps` is empty", at: node.mark, fix: "add a step")
    }
    return entries.compactMap { entry in
      let section = Section(
        entry.value, "a step", keys: Grammar.step, example: "\(entry.key): {kernel: NAME}",
        report: report)
      return section.map { stepReader.read($0, name: entry.key) }
    }
  }

  /// Looks up all names; the result counts only if nothing was reported.
  private func resolve(_ drafts: [StepDraft]) -> [StepSpec] {
    var specs: [StepSpec?] = []
    for draft in drafts {
      var checker = StepChecker(draft, context, report)
      specs.append(checker.check())
    }
    return StepWiring(drafts: drafts, specs: specs, report: report).wire()
  }
}
