import Base
import Client
import JobModel
import Wire

extension CommandDeclaration {
  static let ksqueue = CommandDeclaration(
    "ksqueue", "List live jobs as squeue does.",
    discussion: """
      Understands -j, --jobs, -n, --name, -t, --states (PENDING, RUNNING, all), -A, --account, \
      -o, --format (%i %A %j %t %T %M %a %D %R %V %S %Q, with widths), -h, --noheader, -u, --user \
      and --me; the last two change nothing where there is one user. Refuses everything else by \
      name.
      """,
    positionals: [Positional("FLAGS", .any, "Flags of squeue.")], takesForeignWords: true,
    examples: [Example("kiln ksqueue -t RUNNING", "what runs")]
  ) { arguments, context in
    var flags = ForeignFlags(arguments.words, of: "squeue")
    let ids = try flags.value("jobs", "j").map(slurmJobs)
    let names = try flags.value("name", "n").map { $0.split(separator: ",").map(String.init) }
    let states = try flags.value("states", "t")
    let account = try flags.value("account", "A")
    let format = try flags.value("format", "o").map { text throws(KilnError) in
      try QueueFormat(text)
    }
    let hasHeader = !flags.flag("noheader", "h")
    _ = try flags.value("user", "u")
    _ = flags.flag("me", nil)
    try flags.refuseRest()
    let filter = JobFilter(states: try slurmStates(states), limit: 10_000)
    let jobs = try context.client().jobs(filter).filter { job in
      ids.map { $0.contains(job.id) } ?? true && names.map { $0.contains(job.name) } ?? true
        && account.map { $0 == job.project.text } ?? true
    }
    if let format {
      if hasHeader { context.out.line(format.header) }
      for job in jobs { context.out.line(format.line { slurmField($0, of: job) }) }
      return .success
    }
    if hasHeader { context.out.line(slurmLine("JOBID", "NAME", "ST", "TIME", "TASKS", "REASON")) }
    for job in jobs {
      let taken = job.startedAt.map { span(from: $0, to: job.endedAt ?? .now()) } ?? Seconds.zero
      context.out.line(
        slurmLine(
          "\(job.id)", escaped(job.name), slurmState(job.state), slurmClock(taken),
          "\(job.counts.total)", slurmReason(job)))
    }
    return .success
  }

  private static func slurmField(_ field: QueueFormat.Field, of job: JobSummary) -> String {
    switch field {
    case .id, .baseID: "\(job.id)"
    case .name: escaped(job.name)
    case .state: slurmState(job.state)
    case .longState: slurmLongState(job.state)
    case .time:
      slurmClock(job.startedAt.map { span(from: $0, to: job.endedAt ?? .now()) } ?? .zero)
    case .account: escaped(job.project.text)
    case .nodes: "1"
    case .reason: slurmReason(job)
    case .submitted: iso8601(job.submittedAt)
    case .started: job.startedAt.map(iso8601) ?? "N/A"
    case .priority: "\(job.priority)"
    }
  }

  private static func slurmLongState(_ state: JobState) -> String {
    switch state {
    case .queued, .held: "PENDING"
    case .running: "RUNNING"
    case .succeeded: "COMPLETED"
    case .failed: "FAILED"
    case .cancelled: "CANCELLED"
    }
  }

  private static func slurmLine(
    _ id: String, _ name: String, _ state: String, _ time: String, _ tasks: String,
    _ reason: String
  ) -> String {
    withoutTrailingSpace(
      [
        paddedLeft(id, to: 10), padded(truncated(name, to: 16), to: 16), padded(state, to: 2),
        paddedLeft(time, to: 11), paddedLeft(tasks, to: 8), reason,
      ].joined(separator: " "))
  }

  private static func slurmState(_ state: JobState) -> String {
    switch state {
    case .queued, .held: "PD"
    case .running: "R"
    case .succeeded: "CD"
    case .failed: "F"
    case .cancelled: "CA"
    }
  }

  private static func slurmReason(_ job: JobSummary) -> String {
    switch job.state {
    case .held: "(JobHeldUser)"
    case .queued: "(`kiln explain \(job.id)` tells)"
    case .running, .succeeded, .failed, .cancelled:
      "\(job.counts.running) running, \(job.counts.ended) done"
    }
  }

  /// `1-02:03:04`, `2:03:04`, `3:04`.
  private static func slurmClock(_ span: Seconds) -> String {
    let total = Int(span.value)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
    let clock = "\(two(minutes)):\(two(total % 60))"
    if days > 0 { return "\(days)-\(two(hours)):\(clock)" }
    return hours > 0 ? "\(hours):\(clock)" : "\(minutes):\(two(total % 60))"
  }

  /// Live jobs without a word.
  static func slurmStates(_ text: String?) throws(KilnError) -> [JobState] {
    guard let text else { return [.queued, .held, .running] }
    if text.lowercased() == "all" { return [] }
    var states: [JobState] = []
    for word in text.split(separator: ",") {
      switch word.uppercased() {
      case "PD", "PENDING": states += [.queued, .held]
      case "R", "RUNNING": states.append(.running)
      case "CD", "COMPLETED": states.append(.succeeded)
      case "F", "FAILED": states.append(.failed)
      case "CA", "CANCELLED": states.append(.cancelled)
      default:
        throw KilnError(
          .usage, "the state `\(word)` of squeue is not understood",
          fix: "write PENDING, RUNNING, COMPLETED, FAILED, CANCELLED or all")
      }
    }
    return states
  }

  /// `17,18`.
  static func slurmJobs(_ text: String) throws(KilnError) -> [JobID] {
    var jobs: [JobID] = []
    for word in text.split(separator: ",") {
      guard let number = Int64(word), number > 0 else {
        throw KilnError(.usage, "'\(word)' names no job", fix: "write its number, such as 17")
      }
      jobs.append(JobID(number))
    }
    return jobs
  }
}
