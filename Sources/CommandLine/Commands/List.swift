import Base
import Client
import JobModel
import Wire

private enum Options {
  static let states = Option<String>(
    "--only", text: "STATE,...",
    "Only jobs in these states: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .words(JobState.allCases.map(\.rawValue)))
  static let limit = Option<Int>(
    "--limit", short: "n", integer: 1...10_000, "N", "At most so many jobs; 50 by default.")
  static let before = Option<Int>(
    "--before", integer: 1...Int.max, "ID", "Only jobs older than this one.")
}

extension CommandDeclaration {
  static let list = CommandDeclaration(
    "list", "List jobs, the newest first.",
    options: [Options.states.declaration, Options.limit.declaration, Options.before.declaration],
    examples: [
      Example("kiln list", "the newest 50 jobs"),
      Example("kiln list --only running,queued", "what is still to be done"),
    ]
  ) { arguments, context in
    let filter = JobFilter(
      project: context.settings.project ?? context.settings.standardProject,
      states: try jobStates(try arguments(Options.states)),
      before: try arguments(Options.before).map { JobID(Int64($0)) },
      limit: try arguments(Options.limit) ?? 50)
    context.show(JobTable.table(try context.client().jobs(filter), now: .now()))
    return .success
  }

  private static func jobStates(_ text: String?) throws(KilnError) -> [JobState] {
    var states: [JobState] = []
    for word in (text ?? "").split(separator: ",") {
      guard let state = JobState(rawValue: String(word)) else {
        let known = JobState.allCases.map(\.rawValue)
        throw KilnError(
          .usage, "--only: '\(word)' is not a state of a job",
          fix: nearest(to: String(word), among: known).map { "did you mean '\($0)'?" }
            ?? "one of \(known.joined(separator: ", "))")
      }
      states.append(state)
    }
    return states
  }
}
