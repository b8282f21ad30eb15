import JobModel

extension Positional {
  /// One job, or a part of one.
  static let job = Positional("JOB", "Which job: 17, last, @name.", completion: .job)
  /// One or several jobs.
  static let jobs = Positional(
    "JOB", .oneOrMore, "Which jobs: 17, 12-15, last, @name.", completion: .job)
  /// By its name, with or without `SIG`.
  static let signal = Positional(
    "SIGNAL", "Which signal: USR1, TERM, INT …",
    completion: .words(SignalName.allCases.map(\.rawValue)))
  /// One task.
  static let task = Positional(
    "TASK", "Which task: 17.4, 17.fatigue.4; 17 for a job of one task.", completion: .job)
}
