/// A key of the job file with what it means; unknown-key errors and the schema come from these lists.
struct Key {
  let name: String
  let summary: String

  init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}

/// The keys of each section.
enum Grammar {
  static let job = [
    Key("name", "What people call the job; without it, the name of the file."),
    Key("project", "Who pays; without it, the user's default project."),
    Key("priority", "Jobs with a higher number go first; from -1000 to 1000, 0 without it."),
    Key("max_running", "At most so many tasks of the job run at once; without it, all that fit."),
    Key(
      "after",
      "Jobs that must have succeeded before; or {job: , condition: }, with `ok`, `not-ok`, `any` or `each`."
    ),
    Key("begin", "Nothing starts before this time, such as `2026-12-01T08:00+08:00`."),
    Key("notify", "Who is told: a target, or a list of them."),
    Key(
      "deadline",
      "What has not ended by then is stopped: a time like that of `begin`, or `8 h` after submission."
    ),
    Key("labels", "Names by which limits and reservations of the server know the job."),
    Key(
      "preemptible",
      "Whether its tasks may be stopped, and started again later, for jobs of a higher priority."),
  ]

  static let notice = [
    Key("webhook", "Address to which the event is posted as JSON."),
    Key("command", "Program of the server's machine that gets the event on its standard input."),
    Key(
      "on",
      "`failure` (the first task that failed) and `end` (the job has ended); both without it."),
  ]

  static let noticeSettings = [
    Key("secret", "Signs every webhook: HMAC-SHA256 of the body, in `X-Kiln-Signature`."),
    Key("notify", "Who is told of every job: a target, or a list of them."),
  ]

  static let steps = Key("steps", "The parts of the job: step name to step.")

  static let step =
    [
      Key("kernel", "The built-in computation to run, see `kiln kernel list`."),
      Key("command", "The program to run, with its arguments."),
      Key("parameters", "Values for the kernel, or for `{placeholder}`s."),
      Key("inputs", "Input name to a path, relative to this file, or to {step: , file: }."),
      Key("units", "The unit system of the deck: dimension to unit."),
      Key(
        "sweep", "Axes: name to a list, or to {from: , to: , count: }; the last axis is fastest."),
      Key("resources", "What one task asks for while it runs."),
      Key("retry", "Further attempts by the reason of the end, or `never`."),
      Key(
        "outputs",
        "Patterns of the files to keep, or `none`; without it, all that the kernel writes."),
      Key(
        "needs",
        "Steps that must have succeeded before this one begins; or step to `ok`, `not-ok` or `any`."
      ),
    ] + execution

  static let execution = [
    Key("isolation", "Of a command: `none`, or `sandbox` for no network and a read-only system."),
    Key(
      "checkpoint",
      "A command saves where it stands when it gets the signal; exit code 85 asks for a next attempt."
    ),
    Key("stop_when", "Ends a task well once its metrics say so: `residual < 1e-6`."),
    Key(
      "reuse",
      "Whether stored results of the same work may serve: `true` for kernels, `false` for commands without it."
    ),
  ]

  static let checkpoint = [
    Key("signal", "Which signal tells it to save: USR1 without it."),
    Key("before", "How long before the time limit, such as `60 s`, which it is without it."),
  ]

  static let resources = [
    Key("cpus", "Processors, and threads of a kernel; 1 without it."),
    Key(
      "memory",
      "Such as `4 GiB`; without it the kernel's own estimate, twice as much where that was too little, "
        + "for a command 1 GiB."),
    Key("time", "Longest wall time of one attempt, such as `10 min`; unlimited without it."),
    Key("licences", "Licence name to count."),
    Key("gpus", "A part of one gpu, such as 0.5, or some whole ones."),
    Key("pools", "Name of a pool of the server to amount, such as 0.5."),
  ]

  static let retry = [
    Key("lost", "Further attempts when the worker vanished; 3 without it."),
    Key(
      "failed",
      "Further attempts after a failure, 0 without it: a count, or {times: , exit_codes: }."
    ),
    Key("signalled", "Further attempts after a crash; 0 without it."),
    Key("time", "Further attempts after the time limit; 0 without it."),
    Key("memory", "Further attempts after the memory limit: a count, or {times: , grow: }."),
    Key(
      "wait", "Pause before the second attempt, such as `30 s`; it doubles with each further one."),
  ]

  static let failureRetry = [
    Key("times", "How many further attempts."),
    Key("exit_codes", "Only after these exit codes; after any without it."),
  ]

  static let memoryRetry = [
    Key("times", "How many further attempts."),
    Key("grow", "Each asks for this many times the memory of the one before; 1.5 without it."),
  ]

  static let linear = [
    Key("from", "First value."),
    Key("to", "Last value."),
    Key("count", "How many values, both ends included."),
  ]

  static let texts = Key(
    "texts", "Values of a placeholder, word for word: never taken for numbers or quantities.")

  static let zip = Key("zip", "Lists of axes that run side by side instead of being multiplied.")

  static let jobNeed = [
    Key("job", "The number of the job."),
    Key(
      "condition",
      "`ok` without it; `not-ok`, `any` end, or `each`: task n after the success of its task n."),
  ]

  static let stepInput = [
    Key("step", "The step whose result is the input."),
    Key("file", "Name of the file among its results."),
  ]

  /// All keys of a job without `steps`.
  static let single = job + [steps] + step
}
