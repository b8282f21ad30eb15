import Base
import CLinux
import FoundationEssentials
import Glibc
import JobModel
import Results
import Sandboxing
import Wire

/// Runs commands as child processes, each in a process group of its own.
final class CommandRunner {
  private let grant: Grant
  private let tools: WorkerTools
  private let pipes: CommandPipes
  /// What is the same for every task.
  private let environment: [String]
  /// Nil: commands run as the user.
  private let sandbox: Sandbox?
  private let selection: OutputSelection
  /// What keeps the commands within their limits.
  let confinement: CommandGuard

  /// Made on the thread that runs the commands.
  init(_ grant: Grant, _ tools: WorkerTools) throws(KilnError) {
    self.grant = grant
    self.tools = tools
    sandbox = grant.spec.isolation == .sandbox ? try Sandbox() : nil
    pipes = CommandPipes(try sandbox == nil ? CommandPipes.Ends() : tools.sandbox.pipeEnds())
    let variables = Self.environment(grant, worker: tools.name)
    environment = (sandbox == nil ? variables : Sandbox.environment(variables)).map {
      "\($0.key)=\($0.value)"
    }
    selection = OutputSelection(grant.spec)
    confinement = CommandGuard(grant, worker: tools.name)
    // Whoever reaps unconfined commands must have no other children.
    if sandbox == nil { tools.sandbox.close() } else { tools.sandbox.enter(confinement.group) }
  }

  private var control: AttemptControl { tools.control }

  /// What the user has, less what is meant for the worker, plus what identifies the task.
  private static func environment(_ grant: Grant, worker: String) -> [String: String] {
    var variables = ProcessInfo.processInfo.environment
    variables["SWIFT_BACKTRACE"] = nil
    let cpus = "\(grant.spec.resources.cpus)"
    variables["KILN_JOB"] = "\(grant.step.job)"
    variables["KILN_STEP"] = grant.spec.name
    variables["KILN_CPUS"] = cpus
    variables[WorkerProtocol.workerVariable] = worker
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
      variables[name] = cpus
    }
    for name in ["KILN_TASK", "KILN_ATTEMPT", "KILN_CHECKPOINT"] { variables[name] = nil }
    if let gpus = grant.gpus, !gpus.isEmpty {
      let indices = gpus.map(String.init).joined(separator: ",")
      for name in ["CUDA_VISIBLE_DEVICES", "KILN_GPUS"] { variables[name] = indices }
    }
    return variables
  }

  /// Runs one task up to what it leaves; limits and clocks are the caller's.
  /// - Parameter meanwhile: is called, if the command can be started, while it runs.
  func run(
    _ task: ResolvedTask, attempt: Int, folder: WorkingFolder, meanwhile: () -> Void
  ) -> AttemptEnd {
    do {
      try folder.make()
      return try execute(task, attempt: attempt, folder: folder, meanwhile)
    } catch {
      return AttemptEnd(reason: .failed(exit: 1), message: "\(error)")
    }
  }

  private func execute(
    _ task: ResolvedTask, attempt: Int, folder: WorkingFolder, _ meanwhile: () -> Void
  ) throws(KilnError) -> AttemptEnd {
    let launch = try launch(task, attempt: attempt, folder: folder)
    watchMetrics(of: task.number)
    let kills = confinement.group?.memoryKills ?? 0
    let started = Instant.now()
    let ended: CommandEnd
    do {
      ended = try run(launch, meanwhile)
    } catch {
      return AttemptEnd(reason: .failed(exit: 127), message: "\(error)")
    }
    let wall = Instant.now() - started
    let printed = pipes.take()
    var end = try outcome(task, ended.end, wall, folder, lastWords: printed.error)
    end.consumed = (ended.cpu, ended.peak)
    // Whatever the command made of the loss of a process, its results are not to be trusted.
    if let group = confinement.group, group.memoryKills > kills {
      (end.reason, end.message) = (.memory, Endings.memory(grant.memory))
    }
    for (name, bytes) in [("stdout", printed.output), ("stderr", printed.error)]
    where !bytes.isEmpty {
      end.files.append(.bytes(name: name, bytes, isLog: true))
    }
    return end
  }

  /// A command, and which folders and paths a sandbox lets it write and keeps it from writing.
  private struct Launch {
    var spawn: Spawn
    var writable: [String]
    var readOnly: [String]
  }

  private func launch(
    _ task: ResolvedTask, attempt: Int, folder: WorkingFolder
  ) throws(KilnError) -> Launch {
    var variables = environment + ["KILN_TASK=\(task.number)", "KILN_ATTEMPT=\(attempt)"]
    var saved: [String] = []
    if grant.spec.checkpoint != nil {
      saved.append(
        try CheckpointFolder.take(
          tools.state, grant.step, task: task.number, epoch: grant.epoch))
      variables += saved.map { "KILN_CHECKPOINT=\($0)" }
    }
    if sandbox != nil { variables += ["HOME", "PWD"].map { "\($0)=\(folder.path)" } }
    return Launch(
      spawn: Spawn(
        arguments: task.arguments, environment: variables, folder: folder.path,
        input: pipes.input.number, output: pipes.outputEnd.number, error: pipes.errorEnd.number),
      writable: saved, readOnly: folder.inputs.map { "\(folder.path)/\($0.name)" })
  }

  /// Shows what the command prints as its metrics, and stops it when they say that it is enough.
  private func watchMetrics(of task: Int) {
    var metrics = AttemptMetrics(grant.spec.stopWhen)
    let (board, control, epoch) = (tools.board, tools.control, grant.epoch)
    pipes.report = { name, value in
      metrics.set(name, value)
      board.post(
        TaskProgress(
          epoch: epoch, task: task, phase: "", fraction: nil, metrics: metrics.values))
      if metrics.areEnough { control.finishEarly(at: .now()) }
    }
  }

  /// Stops what allocates faster than memory is looked at.
  private var dataLimit: UInt64 { UInt64(grant.memory.bytes) * 3 / 2 + (512 << 20) }

  /// Runs a command to its end, and all that it started.
  private func run(_ launch: Launch, _ meanwhile: () -> Void) throws(KilnError) -> CommandEnd {
    guard let sandbox else { return follow(try launch.spawn.start(), meanwhile) }
    let request = SandboxRequest(
      arguments: launch.spawn.arguments, environment: launch.spawn.environment,
      folder: launch.spawn.folder ?? "/", writable: launch.writable, readOnly: launch.readOnly,
      dataLimit: dataLimit)
    return try tools.sandbox.run(request, in: sandbox, pipes, confinement.group) { first in
      guard let first else { return control.detachCommand() }
      control.attach(command: first)
      meanwhile()
    }
  }

  /// Waits for the command and removes all that it started.
  private func follow(_ pid: pid_t, _ meanwhile: () -> Void) -> CommandEnd {
    // A command that has ended already needs no limit.
    _ = kiln_prlimit(pid, Int32(RLIMIT_DATA.rawValue), dataLimit, dataLimit)
    if let group = confinement.group, group.version == .v2 { try? group.enter(pid) }
    control.attach(command: pid)
    guard let handle = ProcessHandle(pid) else {
      preconditionFailure("a child that was not reaped has no handle")
    }
    meanwhile()
    pipes.follow(until: handle.watch)
    control.detachCommand()
    kill(-pid, SIGKILL)
    return Reaper.reap(pid, group: confinement.group)
  }

  private func outcome(
    _ task: ResolvedTask, _ end: ProcessEnd, _ wall: Seconds, _ folder: WorkingFolder,
    lastWords: [UInt8]
  ) throws(KilnError) -> AttemptEnd {
    let found = try selection.find(in: folder.path, besides: Set(folder.inputs.map(\.name)))
    var result = AttemptEnd(reason: .succeeded, files: found.files)
    switch end {
    case .signalled(let signal):
      result.reason = .signalled(signal)
      result.message = Self.sentence("the command was ended by signal \(signal)", lastWords)
    case .exited(0): (result.reason, result.message) = Self.verdict(on: found)
    case .exited(CheckpointPolicy.exitCode) where grant.spec.checkpoint != nil:
      result.reason = .failed(exit: CheckpointPolicy.exitCode)
      result.message = Endings.checkpointed
    case .exited(let code):
      result.reason = .failed(exit: code)
      result.message = Self.sentence("the command ended with exit code \(code)", lastWords)
    }
    if case .exited(let code) = end, selection.keepsSummary,
      !found.files.contains(where: { $0.name == SummaryDocument.fileName })
    {
      let bytes = SummaryDocument.bytes(
        command: task.arguments.first ?? "", exit: code, seconds: wall, leftOut: found.leftOut)
      result.files.append(.bytes(name: SummaryDocument.fileName, bytes, isLog: false))
    }
    return result
  }

  /// A command that ended well has still failed when it did not leave what was asked for.
  private static func verdict(on found: OutputSelection.Found) -> (EndReason, String?) {
    if let link = found.leftOut.first, !found.missing.isEmpty {
      return (.failed(exit: 1), "the output `\(link)` is not an ordinary file; write it as one")
    }
    // A pattern may well match nothing; a plain name was meant.
    let isPlain = { (pattern: String) in !pattern.contains { "*?[".contains($0) } }
    if let name = found.missing.first(where: isPlain), name != SummaryDocument.fileName {
      return (.failed(exit: 1), "the command succeeded, but left no file `\(name)`")
    }
    return (.succeeded, nil)
  }

  /// Adds the last line that the command printed on stderr.
  private static func sentence(_ what: String, _ lastWords: [UInt8]) -> String {
    LastLine.of(lastWords).map { "\(what): \($0)" } ?? what
  }
}
