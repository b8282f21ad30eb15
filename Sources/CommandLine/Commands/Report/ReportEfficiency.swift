import Base
import Client
import JobModel
import Wire

private enum Options {
  static let since = Option<Seconds>(
    "--since", duration: "TIME", "Jobs submitted within this time, as in 12h; 168h without jobs.")
  static let commas = Flag("--csv", "Write comma-separated values (RFC 4180).")
}

extension CommandDeclaration {
  static let reportEfficiency = CommandDeclaration(
    "report efficiency", "Compare what jobs asked for with what they used.",
    discussion: """
      One row for each step: processors asked for and busy on average, memory and its peak, time \
      limit and longest attempt, the share of the processors that was used, and what to ask for \
      the next time. \(Efficiency.Headroom.sentence).
      """,
    positionals: [
      Positional("JOB", .any, "Which jobs; without any, all since --since.", completion: .job)
    ],
    options: [Options.since.declaration, Options.commas.declaration],
    examples: [
      Example("kiln report efficiency last", "was the request right?"),
      Example("kiln report efficiency --since 24h --csv > day.csv", "for a spreadsheet"),
    ]
  ) { arguments, context in
    var rows = EfficiencyTable()
    let since = try arguments(Options.since)
    for target in try context.reported(arguments.words, since: since) {
      rows.add(target.detail, steps: target.step.map { [$0] } ?? Array(target.detail.steps.indices))
    }
    let form = arguments[Options.commas] ? Form.commas : context.form
    rows.table.write(as: form, now: .now(), to: context.out)
    if !context.wantsJSON { context.say(Efficiency.Headroom.sentence) }
    return .success
  }
}

extension CommandContext {
  /// At most so many jobs are reported about at once.
  private static let reportedMax = 1000
  private static let reportedSpan = Seconds(7 * 86_400)

  /// The jobs that are named, or all that were submitted within a time.
  fileprivate func reported(_ words: [String], since: Seconds?) throws -> [Target] {
    let span = since ?? (words.isEmpty ? CommandContext.reportedSpan : nil)
    let earliest = span.map { Timestamp.now().milliseconds - Int64($0.value * 1000) } ?? .min
    func isRecent(_ job: JobSummary) -> Bool { job.submittedAt.milliseconds >= earliest }
    guard words.isEmpty else {
      return try targets(words).filter { isRecent($0.detail.summary) }
    }
    let filter = JobFilter(
      project: settings.project ?? settings.standardProject, limit: CommandContext.reportedMax)
    return try client().jobs(filter).filter(isRecent).map {
      Target(detail: try client().job(.id($0.id)), step: nil, tasks: nil)
    }
  }
}
