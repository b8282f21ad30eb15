import Base
import Catalogue
import Client
import JobModel
import Wire

/// A job that is ready to be sent: valid, with its files at hand.
struct PreparedJob: Sendable {
  /// The job file's text, as the server gets it.
  let source: String
  let fileName: String
  let spec: JobSpec
  let files: [InputFile]
  /// Where their content is.
  let contents: [LocalFile]
  /// What a glance at each content tells.
  let outlines: [SHA256: DeckOutline]

  var taskCount: Int { spec.steps.reduce(0) { $0 + $1.sweep.count } }
}

/// What the command line adds to a job.
struct SubmissionOptions: Sendable {
  var key: String?
  var project: ProjectName?
  var priority: Int?
  var isHeld = false
  /// Stored results do not serve.
  var isFresh = false
  /// Jobs to wait for.
  var after: [JobNeed] = []
}

/// Sends jobs; brings the server up when none is there.
struct Submitter {
  let context: CommandContext
  let leavesWhenIdle: Bool

  func submit(_ job: PreparedJob, _ options: SubmissionOptions) throws(Problems)
    -> SubmissionReceipt
  {
    let standard = job.spec.project == nil ? context.settings.standardProject : nil
    let submission = JobSubmission(
      source: job.source, fileName: job.fileName, files: job.files,
      // Every submission has a key, so that one whose answer was lost can be sent again.
      key: options.key ?? Submitter.randomKey(), project: options.project ?? standard,
      priority: options.priority, isHeld: options.isHeld, fresh: options.isFresh ? true : nil,
      after: options.after.isEmpty ? nil : options.after)
    do {
      return try send(job, submission)
    } catch {
      // A server that leaves when it is idle may have left between our look and our call.
      guard error.all.first?.code == .unreachable else { throw error }
      return try send(job, submission)
    }
  }

  private func send(_ job: PreparedJob, _ submission: JobSubmission) throws(Problems)
    -> SubmissionReceipt
  {
    let client = try context.clientStartingServer(leavesWhenIdle: leavesWhenIdle)
    try client.upload(job.contents)
    return try client.submit(submission)
  }

  private static func randomKey() -> String {
    var generator = SystemRandomNumberGenerator()
    return "cli-" + String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
  }
}
