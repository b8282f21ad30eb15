import Base
import JobModel

/// Options that `run` and `submit` share.
enum SubmissionChoice {
  static let key = Option<String>(
    "--key", short: "k", text: "KEY", "The same key never makes a second job.")
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

  static let declarations = [
    key.declaration, priority.declaration, name.declaration, cpus.declaration,
    memory.declaration, time.declaration,
  ]

  static func options(_ arguments: Arguments, _ context: CommandContext) throws
    -> SubmissionOptions
  {
    SubmissionOptions(
      key: try arguments(key), project: context.settings.project,
      priority: try arguments(priority))
  }
}

extension Positional {
  static let jobFile = Positional(
    "FILE", .optional, "A job file (.yaml, .json) or a deck (.inp).", completion: .file)
}
