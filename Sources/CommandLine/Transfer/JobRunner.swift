import Base
import Client
import JobModel
import Wire

/// Sees a job through that this process has submitted: watch it, cancel it, fetch what it made.
struct JobRunner {
  enum Outcome: Hashable, Sendable {
    case ended(ExitCode)
    case cancelled
  }

  let context: CommandContext
  let job: JobID

  /// With a view on standard error.
  func watch() throws -> Outcome {
    let presenter = context.presenter(
      on: context.messages, isTerminal: context.surroundings.messagesAreTerminal,
      hint: "Ctrl-C cancels the job")
    return try follow(presenter) { detail in ExitCode(detail.summary.state) }
  }

  /// With the output of the only task, a command, and its own exit code.
  func passThrough() throws -> Outcome {
    let client = try context.client()
    let presenter = CommandPresenter(context, client: client, job: .id(job))
    let outcome = try follow(presenter) { detail in
      let task = try client.tasks(of: .id(job), step: 0, first: 1, limit: 1).first
      guard let task, case .ended(let reason) = task.state else {
        return ExitCode(detail.summary.state)
      }
      if let message = task.message, !reason.isOfCommand {
        context.say("kiln: \(reason): \(message)")
      }
      return reason.exitCode
    }
    try presenter.problems.throwIfAny()
    return outcome
  }

  /// With the output of many tasks of one command, each in one piece; how many of them failed is the
  /// exit code, 101 for more than a hundred.
  func passGroups(_ options: GroupPresenter.Options) throws -> Outcome {
    let client = try context.client()
    let presenter = GroupPresenter(context, client: client, job: job, options: options)
    let outcome = try follow(presenter) { detail in
      if detail.summary.state == .cancelled { return .cancelled }
      let failed = detail.summary.counts.total - detail.summary.counts.succeeded
      return failed == 0 ? .success : .command(Int32(min(failed, 101)))
    }
    try presenter.problems.throwIfAny()
    return outcome
  }

  private func follow(_ presenter: any Presenter, _ code: (JobDetail) throws -> ExitCode) throws
    -> Outcome
  {
    let client = try context.client()
    let detail = try client.job(.id(job))
    let follower = Follower(client: client, presenter: presenter)
    switch try follower.follow(detail) {
    case .ended: return .ended(try code(try detailAtEnd()))
    case .interrupted, .timedOut: return try cancel(client, detail)
    }
  }

  /// The server may have left in the meantime: it was idle.
  func detailAtEnd() throws(Problems) -> JobDetail {
    do {
      return try context.client().job(.id(job))
    } catch {
      guard error.all.first?.code == .unreachable else { throw error }
      return try context.clientStartingServer(leavesWhenIdle: true).job(.id(job))
    }
  }

  private func cancel(_ client: KilnClient, _ detail: JobDetail) throws(Problems) -> Outcome {
    context.say("cancelling job \(job)")
    _ = try client.change(.cancel, .id(job), TaskSelection())
    let rest = Follower(client: client, presenter: SilentPresenter(), limit: Seconds(10))
    if case .ended = try rest.follow(detail) {
      context.say("job \(job) was cancelled")
    } else {
      context.say("job \(job) is being cancelled; `kiln show \(job)` tells")
    }
    return .cancelled
  }

  /// Fetches what was published; a job that has failed may have published nothing.
  ///
  /// - Parameter folder: nil: a new one, named after the job.
  func pull(into folder: String?) throws {
    let detail = try detailAtEnd()
    let name = folder ?? Puller.folderName(detail.summary)
    let target = Target(detail: detail, step: nil, tasks: nil)
    let puller = Puller(
      client: try context.clientStartingServer(leavesWhenIdle: true), target: target,
      folder: context.surroundings.absolute(name))
    let report = try puller.pull()
    if context.wantsJSON {
      context.show(
        .object([
          "job": .integer(job.number), "state": .text(detail.summary.state.rawValue),
          "folder": .text(name), "pulled": report.json,
        ]))
    }
    if report.fetched + report.present > 0 { context.say(report.sentence(folder: name)) }
  }
}

extension EndReason {
  /// The command ended by itself, so that its code speaks for it.
  fileprivate var isOfCommand: Bool {
    switch self {
    case .succeeded, .failed, .signalled: true
    case .memory, .time, .lost, .cancelled, .deadline, .preempted, .refused: false
    }
  }

  /// As a shell would say it.
  fileprivate var exitCode: ExitCode {
    switch self {
    case .succeeded: .success
    case .failed(let exit): .command(Int32(truncatingIfNeeded: exit))
    case .signalled(let signal): .command(128 + Int32(truncatingIfNeeded: signal))
    case .cancelled: .cancelled
    case .memory, .time, .lost, .deadline, .preempted, .refused: .jobFailed
    }
  }
}
