import Base
import CLinux
import Glibc
import JobModel
import Results
import Wire

/// Executes the tasks of one lease, one after the other, and writes their segment.
struct LeaseRunner: ~Copyable {
  private let grant: Grant
  private let tools: WorkerTools
  private let resolver: TaskResolver
  private let runner: Runner
  private let isCommand: Bool
  /// Where the system itself limits the memory of commands.
  private let group: ControlGroup?
  private let book: LeaseBook
  /// What is still to be entered of the last command, while the next one runs.
  private var unentered: (TaskRecord, [NewFile])?
  /// The next task, looked up while a command runs.
  private var ahead: ResolvedTask?
  /// The recorder may still be at work for the lease.
  private var hasHandedOver = false
  /// Left empty by an attempt, for the next one.
  private var emptyFolder: String?
  private var peak = PeakMemory()
  /// Processor time of this process when the last attempt ended, in nanoseconds. The next one's counts from there:
  /// asking costs as much as a fifth of a task that does nothing.
  private var processorTime: Int64?
  /// Resident memory that is the worker's own and not counted against a kernel.
  private let ownMemory: ByteCount
  /// What holds for every attempt of the lease.
  private var enforcement: Enforcement
  private var foresight = LeaseForesight()

  private enum Runner {
    case kernel(KernelRunner)
    case command(CommandRunner)

    var isCommand: Bool {
      switch self {
      case .kernel: false
      case .command: true
      }
    }
  }

  /// Makes a lease ready, waits until it may begin, and runs it to its end.
  ///
  /// - Parameter link: says when the lease may begin; is told when all tasks have run, before their results
  ///   are made durable, and a moment ahead of that.
  /// - Returns: a delivery whose segment is durable. Tasks that no outcome names were not executed, or
  ///   could not be recorded; they will run again. Nil where the lease was taken back before it began.
  static func run(_ grant: Grant, _ tools: WorkerTools, _ link: ServerLink) -> Delivery? {
    defer { FileTree.discard(tools.state.work(epoch: grant.epoch)) }
    do {
      var runner = try LeaseRunner(grant, tools)
      guard let processors = link.begin(of: grant) else {
        tools.discardResults(of: grant)
        return nil
      }
      runner.bind(to: processors)
      runner.runAll(link)
      link.computed(grant.epoch)
      runner.enterAll()
      return runner.book.close()
    } catch {
      guard link.begin(of: grant) != nil else { return nil }
      tools.say("lease \(grant.epoch) cannot start: \(error)")
      return refusal(of: grant, because: error)
    }
  }

  private init(_ grant: Grant, _ tools: WorkerTools) throws(KilnError) {
    let resolver = try TaskResolver(grant: grant, state: tools.state)
    let enforcement: Enforcement
    let runner: Runner
    let group: ControlGroup?
    switch grant.spec.work {
    case .kernel(let name):
      if grant.isFresh { Self.limitData(grant) }
      enforcement = Enforcement(
        memory: .polled, memoryLimit: grant.memory, processors: [],
        threads: grant.spec.resources.cpus)
      runner = .kernel(try KernelRunner(kernel: name, grant: grant))
      group = nil
    case .command:
      let command = try CommandRunner(grant, tools)
      enforcement = command.confinement.enforcement
      runner = .command(command)
      group = command.confinement.group
    }
    let book = try LeaseBook(grant, tools)
    self.book = book
    self.group = group
    isCommand = runner.isCommand
    self.grant = grant
    self.tools = tools
    self.resolver = resolver
    self.runner = runner
    self.enforcement = enforcement
    ownMemory = ProcessFacts.resident(getpid())
  }

  /// Commands inherit what holds for the thread that starts them.
  private mutating func bind(to processors: [Int]) {
    enforcement.bind(to: processors, threads: isCommand ? [0] : tools.computing)
  }

  /// The first line of defence is the watchdog's look at resident memory; this stops what allocates
  /// faster than it looks. Threads' stacks and buffers of BLAS are reserved, not used, hence the room.
  private static func limitData(_ grant: Grant) {
    let own = ProcessFacts.writable().bytes
    let threads = Int64(grant.spec.resources.cpus) * (64 << 20)
    let room = UInt64(own + grant.memory.bytes / 2 * 3 + threads + (256 << 20))
    _ = kiln_prlimit(0, Int32(RLIMIT_DATA.rawValue), room, room)
  }

  /// A storage problem is not the tasks' fault: they go back. Anything else fails the first task, so
  /// that its retries are counted and the message is seen.
  private static func refusal(of grant: Grant, because error: KilnError) -> Delivery {
    let outcome = TaskOutcome(
      tasks: TaskRange(grant.tasks.first), reason: .failed(exit: 1), message: "\(error)",
      usage: Usage())
    return Delivery(
      slot: grant.slot, epoch: grant.epoch, outcomes: error.isDiskFull ? [] : [outcome],
      segment: nil)
  }

  // MARK: Tasks

  private mutating func runAll(_ link: ServerLink) {
    for task in grant.tasks.numbers {
      if foresight.sees(theEndAfter: grant.tasks.last - task + 1, at: .now()) {
        link.ending(grant.epoch)
      }
      guard !tools.control.isCancelled(task) else {
        enterAll()
        book.enterCancelled(task)
        continue
      }
      do {
        try run(task)
      } catch {
        tools.say("lease \(grant.epoch) stops at task \(task): \(error)")
        return
      }
    }
  }

  /// - Throws: where the attempt cannot be recorded.
  private mutating func run(_ task: Int) throws(KilnError) {
    let attempt = grant.attempts[task] ?? 1
    let startedAt = Timestamp.now()
    let started = Instant.now()
    let cpu = processorTime ?? Self.processorNanoseconds()
    if !isCommand { peak.begin() }
    tools.control.begin(
      AttemptStart(
        task: task, attempt: attempt, at: started, processorTime: cpu, limits: limits,
        isCommand: isCommand, group: group, memoryKills: group?.memoryKills ?? 0,
        isSandboxed: enforcement.isolation == .sandbox))
    let (ended, folder) = execute(task, attempt: attempt)
    let wall = Instant.now() - started
    let verdict = tools.control.end()
    let cpuAtEnd = Self.processorNanoseconds()
    processorTime = cpuAtEnd
    let used = Seconds(Double(cpuAtEnd - cpu) * 1e-9)
    var record = TaskRecord(
      task: task, attempt: attempt, reason: ended.reason, message: ended.message,
      startedAt: startedAt,
      usage: Usage(
        wall: wall, cpu: used, peakMemory: isCommand ? .zero : peak.end(after: wall)),
      files: [], enforcement: enforcement)
    if let consumed = ended.consumed {
      record.usage.cpu = consumed.cpu
      record.usage.peakMemory = commandPeak(consumed.peak)
    }
    settle(&record, verdict)
    try keep(record, ended.files)
    emptyFolder = folder?.clear()
  }

  private var limits: AttemptLimits {
    AttemptLimits(
      time: grant.spec.resources.time,
      memory: isCommand ? grant.memory : ownMemory + grant.memory,
      checkpoint: grant.spec.checkpoint)
  }

  private mutating func execute(_ number: Int, attempt: Int) -> (AttemptEnd, WorkingFolder?) {
    let task: ResolvedTask
    do {
      task = try resolve(number)
    } catch {
      return (AttemptEnd(reason: .failed(exit: 1), message: "\(error)"), nil)
    }
    let folder = WorkingFolder(
      state: tools.state, epoch: grant.epoch, task: number, inputs: task.inputs,
      reusing: emptyFolder)
    switch runner {
    case .kernel(let kernel):
      let reporter = AttemptReporter(folder, tools, grant, task: number)
      return (kernel.run(task, folder: folder, reporter: reporter), folder)
    case .command(let command):
      let end = command.run(task, attempt: attempt, folder: folder) {
        enterAtOnce()
        lookAhead(after: number)
      }
      return (end, folder)
    }
  }

  private mutating func resolve(_ number: Int) throws(KilnError) -> ResolvedTask {
    if let task = ahead.take(), task.number == number { return task }
    return try resolver.resolve(number)
  }

  private mutating func lookAhead(after number: Int) {
    guard number < grant.tasks.last else { return }
    // What is wrong with it is told at its turn.
    ahead = try? resolver.resolve(number + 1)
  }

  /// The system's figure includes the moment before the command replaced this process's image; where
  /// that was the larger part, what the watchdog saw is nearer to the truth.
  private func commandPeak(_ reported: ByteCount) -> ByteCount {
    let seen = ByteCount(tools.page[.memory])
    return reported > ownMemory || seen == .zero ? max(reported, seen) : seen
  }

  /// An attempt that was told to stop has ended for that reason, whatever its code made of it: a
  /// kernel that saw the flag and returned early must not pass for a success.
  private func settle(_ record: inout TaskRecord, _ verdict: AttemptVerdict) {
    switch verdict.reason {
    case .none:
      let hasSaved = record.reason == .succeeded || record.message == Endings.checkpointed
      if verdict.madeWay, !hasSaved { (record.reason, record.message) = (.cancelled, nil) }
    case .memory: (record.reason, record.message) = (.memory, Endings.memory(grant.memory))
    // It was told to save where it stands, and has done so a little late.
    case .time where record.message == Endings.checkpointed: break
    case .time: (record.reason, record.message) = (.time, Endings.time(grant.spec.resources.time))
    case .cancelled: (record.reason, record.message) = (.cancelled, nil)
    case .stopped: (record.reason, record.message) = (.succeeded, Endings.stopped)
    }
  }

  /// Records an attempt: beside the next one where that burdens nobody.
  private mutating func keep(_ record: TaskRecord, _ files: [NewFile]) throws(KilnError) {
    var files = files
    if !isCommand { files += try tools.capture.take() }
    enterAll()
    if LeaseBook.mayEnterLater(record, files, grant.spec.retry) {
      try book.check()
      if isCommand {
        unentered = (record, files)
      } else {
        hasHandedOver = true
        tools.recorder.begin { [book, files] in book.enter(record, files) }
      }
    } else {
      book.enter(record, files)
      try book.check()
    }
    tools.control.recorded()
  }

  /// Has everything in the book that was to be entered later.
  private mutating func enterAll() {
    if hasHandedOver { tools.recorder.wait() }
    hasHandedOver = false
    guard let (record, files) = unentered.take() else { return }
    book.enter(record, files)
  }

  /// The same while a command runs, which must not wait for room on a disk: nobody would see its end.
  private mutating func enterAtOnce() {
    guard let (record, files) = unentered, book.enterAtOnce(record, files) else { return }
    unentered = nil
  }

  private static func processorNanoseconds() -> Int64 {
    var time = timespec()
    // Sound: `time` is a local that outlives the call.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
