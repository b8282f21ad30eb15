import Base
import JobModel
import Scheduling
import Store
import Wire

extension Route {
  /// Accepts a job: everything is checked here, on the connection's thread, except what only the
  /// loop knows (its number, and whether its key is taken).
  @Sendable static func submitJob(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let submission = try request.decoded(JobSubmission.self)
    let job = try installation.prepare(submission)
    let receipt = try installation.mailbox.submit(job)
    return try .json(receipt.existed ? 200 : 201, receipt)
  }
}

extension Installation {
  func prepare(_ submission: JobSubmission) throws(Problems) -> PreparedJob {
    let check = SubmissionCheck(submission, self)
    try check.checkFiles()
    let spec = try check.parse()
    var steps = Planner(files: check.files, scans: check.scans).plans(of: spec)
    try checkPlacement(steps, of: spec)
    let project = try check.project(of: spec)
    let reuse = try reuse(for: spec, steps, of: submission, project: project, check.files)
    for (index, found) in reuse.enumerated() { steps[index].reused = found.runs.map(\.tasks) }
    return PreparedJob(
      project: project, priority: submission.priority ?? spec.priority,
      isHeld: submission.isHeld, key: submission.key, digest: submission.digest,
      source: submission.source, fileName: submission.fileName, spec: spec,
      files: submission.files, steps: steps,
      columns: JobColumns(spec, submission.files, steps), reuse: reuse,
      after: submission.needs(of: spec))
  }

  /// What is held, or waits for another job, has nothing happen to it before, not even this.
  private func reuse(
    for spec: JobSpec, _ steps: [StepPlan], of submission: JobSubmission, project: ProjectName,
    _ files: FileList
  ) throws(Problems) -> [StepReuse] {
    let isFresh =
      submission.fresh == true || submission.isHeld || !submission.needs(of: spec).isEmpty
    do {
      return try ReuseLookup(installation: self, project: project, files: files)
        .find(spec, steps, isFresh: isFresh)
    } catch {
      throw Problems([error])
    }
  }

  /// A job that can never run is refused at once, not kept waiting for ever.
  private func checkPlacement(_ steps: [StepPlan], of spec: JobSpec) throws(Problems) {
    var problems = Problems()
    for (step, plan) in zip(spec.steps, steps) {
      guard let hindrance = capacity.hindrance(for: plan) else { continue }
      problems.add(
        KilnError(
          .cannotBePlaced, hindrance.sentence(), at: step.name.isEmpty ? nil : step.name,
          fix: "ask for less in `resources`"))
    }
    try problems.throwIfAny()
  }
}

extension JobSubmission {
  /// The jobs that the job file and the submission say to wait for.
  fileprivate func needs(of spec: JobSpec) -> [JobNeed] { (spec.after ?? []) + (after ?? []) }

  /// Of all that makes two submissions under one key the same: text, content of the files, priority.
  fileprivate var digest: SHA256 {
    var writer = JSONWriter()
    writer.beginArray()
    writer.string(source)
    writer.string(project?.text ?? "")
    writer.string(priority.map { "\($0)" } ?? "")
    let sorted = files.sorted { ($0.path, $0.includedBy ?? "") < ($1.path, $1.includedBy ?? "") }
    for need in after ?? [] { writer.string("\(need)") }
    for file in sorted {
      writer.string(file.path)
      writer.string(file.includedBy ?? "")
      writer.string(file.digest.hex)
    }
    writer.endArray()
    return SHA256.of(writer.bytes)
  }
}
