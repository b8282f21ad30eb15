import Base
import Catalogue
import Glibc
import JobModel
import Kernels
import Results
import Synchronization
import Wire

/// Runs kernels in this process.
final class KernelRunner {
  private let kernel: any Kernel
  private let declaration: KernelDeclaration
  private let summary: SummaryDocument
  private let spec: StepSpec
  private let selection: OutputSelection
  private let memory: ByteCount

  init(kernel name: String, grant: Grant) throws(KilnError) {
    guard let kernel = Kernels.named(name), let declaration = Catalogue.kernel(name) else {
      throw KilnError(
        .taskFailed, "this worker has no kernel `\(name)`",
        fix: "are server and worker of the same version?")
    }
    self.kernel = kernel
    self.declaration = declaration
    spec = grant.spec
    selection = OutputSelection(grant.spec)
    memory = grant.memory
    summary = SummaryDocument(
      kernel: kernel, threads: grant.spec.resources.cpus, memory: grant.memory)
  }

  /// Runs one task up to what it leaves; limits and clocks are the caller's.
  func run(_ task: ResolvedTask, folder: WorkingFolder, reporter: AttemptReporter) -> AttemptEnd {
    let context = KernelContext(
      declaration,
      KernelContext.Task(
        parameters: task.parameters, inputs: task.inputNames, placeholders: task.placeholders,
        units: spec.units, threads: spec.resources.cpus, memoryLimit: memory), host: reporter)
    do {
      try kernel.run(context)
      return AttemptEnd(
        reason: .succeeded, message: reporter.isFinishedEarly ? Endings.stopped : nil,
        files: try outputs(of: context, task))
    } catch let error as OutOfMemory {
      return AttemptEnd(reason: .memory, message: error.message)
    } catch is Cancelled {
      return AttemptEnd(reason: .cancelled)
    } catch let error as KilnError {
      return AttemptEnd(reason: .failed(exit: 1), message: "\(error.named(in: folder.path))")
    } catch {
      return AttemptEnd(reason: .failed(exit: 1), message: "\(error)")
    }
  }

  private func outputs(
    of context: KernelContext, _ task: ResolvedTask
  ) throws(KilnError) -> [NewFile] {
    var files: [NewFile] = []
    for output in context.outputs {
      switch output {
      case .bytes(let name, let bytes):
        if selection.keeps(name) { files.append(.bytes(name: name, bytes, isLog: false)) }
      case .file(let name, let file):
        try file.finish()
        if selection.keeps(name) { files.append(.path(name: name, path: file.path, isLog: false)) }
      }
    }
    guard selection.keepsSummary else { return files }
    // Tables are made of summaries, so this one stays whatever the patterns say.
    let bytes = summary.bytes(context.summary, of: task)
    files.append(.bytes(name: SummaryDocument.fileName, bytes, isLog: false))
    return files
  }
}

extension KilnError {
  /// The same with a file of a working folder by the name that the job file gives it.
  fileprivate func named(in folder: String) -> KilnError {
    guard let place, place.hasPrefix("\(folder)/") else { return self }
    return KilnError(code, message, at: String(place.dropFirst(folder.utf8.count + 1)), fix: fix)
  }
}

/// What the code of an attempt came to.
struct AttemptEnd {
  var reason: EndReason
  /// One sentence for people; nil on a success that needs none.
  var message: String?
  var files: [NewFile] = []
  /// Processor time and peak memory of a command's processes; nil for a kernel.
  var consumed: (cpu: Seconds, peak: ByteCount)?
}

/// What a kernel reaches of its worker.
final class AttemptReporter: KernelHost {
  private let folder: WorkingFolder
  private let control: AttemptControl
  private let board: ProgressBoard
  private let epoch: Epoch
  private let task: Int
  private let condition: StopCondition?
  private let early = Atomic(false)

  init(_ folder: WorkingFolder, _ tools: WorkerTools, _ grant: Grant, task: Int) {
    self.folder = folder
    control = tools.control
    board = tools.board
    epoch = grant.epoch
    self.task = task
    condition = grant.spec.stopWhen
  }

  /// Whether the kernel was told that its metrics are good enough.
  var isFinishedEarly: Bool { early.load(ordering: .relaxed) }

  func workingFolder() throws(KilnError) -> String {
    try folder.make()
    return folder.path
  }

  /// Only what is reported now counts: what an earlier phase has come to says nothing of this one.
  func report(phase: String, fraction: Double?, metrics: [String: Double]) -> Bool {
    board.post(
      TaskProgress(epoch: epoch, task: task, phase: phase, fraction: fraction, metrics: metrics))
    let areEnough = condition?.holds(metrics) ?? false
    if areEnough { early.store(true, ordering: .relaxed) }
    return areEnough
  }

  var cancellation: @Sendable () -> Bool { { [control] in control.isStopping } }
}
