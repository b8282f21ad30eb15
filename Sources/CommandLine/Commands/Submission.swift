import Base
import JobModel

/// Options that `run` and `submit` share.
enum SubmissionChoice {
  static let key = Option<String>(
    "--key", text: "KEY", "The same key never makes a second job.")
  static let priority = Option<Int>(
    "--priority", short: "p", integer: -1000...1000, "N",
    "Larger runs first; instead of the file's.")
  static let name = Option<String>(
    "--name", text: "NAME", "Name of the job, for a deck or a command.")
  static let cpus = Option<Int>(
    "--cpus", short: "c", integer: 1...4096, "N", "Processors, for a deck or a command.")
  static let memory = Option<ByteCount>(
    "--memory", short: "m", bytes: "SIZE", "Memory, for a deck or a command, as in 4GiB.")
  static let time = Option<Seconds>(
    "--time", short: "t", duration: "TIME", "Time limit, for a deck or a command, as in 10min.")

  static let fresh = Flag(
    "--fresh", "Compute everything, also what has a stored result already.")

  static let after = Option<AfterChoice>(
    "--after", "[COND:]JOB",
    "Start after this job has succeeded; COND: not-ok, any, or each (task by task).",
    completion: .job, read: AfterChoice.init)
  static let slots = Option<Int>(
    "--jobs", short: "j", integer: 1...1_000_000, "N",
    "At most so many tasks at once, for a command or a script.")
  static let here = Flag(
    "--here", "Run the command or script in this folder; its files stay where it puts them.")

  static let declarations = [
    key.declaration, priority.declaration, name.declaration, cpus.declaration,
    memory.declaration, time.declaration, slots.declaration, here.declaration,
    fresh.declaration, after.declaration,
  ]

  /// Values for a command.
  static let argumentFile = Option<String>(
    "--arg-file", short: "a", text: "FILE",
    "Values for the command, one on each line; - is standard input.", completion: .file)
  static let null = Flag(
    "--null", short: "0", "Values in files and on standard input end with a NUL byte.")

  static let valueDeclarations = [argumentFile.declaration, null.declaration]

  static let valuesDiscussion = """
    A command may be followed by values, as with GNU parallel: `CMD {} ::: a b c` runs it once for \
    each; further `:::` multiply, `:::+` runs side by side with the one before, `::::` names files \
    of values, as does -a. `{}` is the value, `{.}` without its extension, `{/}` without its \
    folder, `{//}` its folder, `{/.}` its bare name, `{2}` that of the second source (`{2.}`, \
    `{2/}` …), `{#}` the number of the task. Without any of them the values come last. A command \
    that is one word with blanks or signs of a shell is run by `sh`, with the values as arguments.
    """

  static func options(_ arguments: Arguments, _ context: CommandContext) throws
    -> SubmissionOptions
  {
    SubmissionOptions(
      key: try arguments(key), project: context.settings.project,
      priority: try arguments(priority), isFresh: arguments[fresh],
      after: try arguments.all(after).map { try $0.need(context) })
  }
}

/// A job to wait for, as `--after` names it.
struct AfterChoice: Sendable {
  let condition: JobCondition
  let selector: Selector

  /// `12`, `last` or `@name`; `not-ok:12` and the like.
  init(_ text: String) throws(KilnError) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let known = JobCondition.allCases.map(\.rawValue)
    guard parts.count == 2, !text.hasPrefix("@") else {
      condition = .ok
      selector = try Selector(text)
      return
    }
    guard let condition = JobCondition(rawValue: parts[0]) else {
      throw KilnError(
        .usage, "--after: '\(parts[0])' is not one of \(known.joined(separator: ", "))",
        fix: nearest(to: parts[0], among: known).map { "did you mean '\($0)'?" })
    }
    self.condition = condition
    selector = try Selector(parts[1])
  }

  func need(_ context: CommandContext) throws -> JobNeed {
    guard case .one(let job) = selector.jobs, selector.step == nil, selector.tasks == nil else {
      throw KilnError(.usage, "--after names one whole job", fix: "repeat it for several")
    }
    if case .id(let id) = job { return JobNeed(id, condition) }
    return JobNeed(try context.client().job(job).summary.id, condition)
  }
}

extension Positional {
  static let jobFile = Positional(
    "FILE", .optional, "A job file (.yaml, .json), a deck (.inp) or a script (#!).",
    completion: .file)
}
