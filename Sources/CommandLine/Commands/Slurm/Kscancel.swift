import Base
import Client
import JobModel
import Wire

extension CommandDeclaration {
  static let kscancel = CommandDeclaration(
    "kscancel", "Cancel jobs as scancel does.",
    discussion: """
      Understands numbers of jobs, 17_4 for the array task with the index 4, -n, --name, -t, --state \
      (PENDING, RUNNING), -A, --account, -u, --user and --me; refuses everything else by name. Says \
      nothing when all went well.
      """,
    positionals: [Positional("JOB", .any, "17, 17_4, or flags of scancel.")],
    takesForeignWords: true, examples: [Example("kiln kscancel 17 18_3", "a job and a task")]
  ) { arguments, context in
    var flags = ForeignFlags(arguments.words, of: "scancel")
    let name = try flags.value("name", "n")
    let user = try flags.value("user", "u")
    let states = try flags.value("state", "t")
    let account = try flags.value("account", "A")
    let isMine = flags.flag("me", nil) || user != nil
    let words = flags.plain()
    try flags.refuseRest()
    guard !words.isEmpty || name != nil || states != nil || account != nil || isMine else {
      throw KilnError(.usage, "no job is named", fix: "name one, as in `kscancel 17`")
    }
    let wanted = try slurmStates(states).filter { !$0.isEnded }
    guard !wanted.isEmpty else {
      throw KilnError(.usage, "only live jobs can be cancelled", fix: "write PENDING or RUNNING")
    }
    func matches(_ job: JobSummary) -> Bool {
      (name.map { $0 == job.name } ?? true) && (account.map { $0 == job.project.text } ?? true)
    }
    let client = try context.client()
    for word in words {
      try cancel(word, client) { (states == nil || wanted.contains($0.state)) && matches($0) }
    }
    guard words.isEmpty else { return .success }
    let live = try client.jobs(JobFilter(states: wanted, limit: 10_000))
    for job in live where matches(job) {
      _ = try client.change(.cancel, .id(job.id), TaskSelection())
    }
    return .success
  }

  /// `17`, or `17_4` for the task whose array index is 4.
  private static func cancel(
    _ word: String, _ client: KilnClient, where isMeant: (JobSummary) -> Bool
  ) throws {
    let parts = word.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard let job = try slurmJobs(parts[0]).first, parts.count <= 2 else {
      throw KilnError(.usage, "'\(word)' names no job", fix: "write 17 or 17_4")
    }
    guard isMeant(try client.job(.id(job)).summary) else { return }
    guard parts.count == 2 else {
      _ = try client.change(.cancel, .id(job), TaskSelection())
      return
    }
    // The axis holds the indices in the order of the tasks.
    let tasks = try client.tasks(of: .id(job), step: 0, first: 1, limit: 10_000)
    guard
      let task = tasks.first(where: { task in
        task.point.contains { $0.name == "array" && $0.value.description == parts[1] }
      })
    else {
      throw KilnError(.notFound, "job \(job) has no array task \(parts[1])")
    }
    _ = try client.change(
      .cancel, .id(job), TaskSelection(step: 0, tasks: TaskRange(task.task)))
  }
}
