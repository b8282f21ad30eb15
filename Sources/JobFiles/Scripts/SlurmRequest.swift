import Base
import JobModel

/// What a `#SBATCH` script, or a call of `sbatch`, asks for.
package struct SlurmRequest: Hashable, Sendable {
  package enum Begin: Hashable, Sendable {
    case after(Seconds)
    /// Year, month, day, hour, minute, second on the user's clock.
    case local([Int])
  }

  package fileprivate(set) var name: String?
  package fileprivate(set) var cpusPerTask = 1
  package fileprivate(set) var tasks: Int?
  package fileprivate(set) var tasksPerNode: Int?
  package fileprivate(set) var memory: ByteCount?
  package fileprivate(set) var memoryPerCpu: ByteCount?
  package fileprivate(set) var time: Seconds?
  /// Indices of an array job in the order given; nil: a single job.
  package fileprivate(set) var array: [Int]?
  package fileprivate(set) var maxRunning: Int?
  package fileprivate(set) var input: String?
  package fileprivate(set) var output: String?
  package fileprivate(set) var error: String?
  /// Whether output is added to what its files hold already.
  package fileprivate(set) var appends: Bool?
  package fileprivate(set) var folder: String?
  package fileprivate(set) var account: String?
  package fileprivate(set) var licences: [String: Int] = [:]
  package fileprivate(set) var gpus: Int?
  package fileprivate(set) var gpusPerTask: Int?
  package fileprivate(set) var priority: Int?
  package fileprivate(set) var nice: Int?
  package fileprivate(set) var isHeld = false
  package fileprivate(set) var isRequeued: Bool?
  package fileprivate(set) var begin: Begin?
  package fileprivate(set) var deadline: Begin?
  /// The jobs that it waits for, all of them.
  package fileprivate(set) var after: [JobNeed] = []
  package fileprivate(set) var checkpoint: CheckpointPolicy?
  package fileprivate(set) var wrapped: String?
  package fileprivate(set) var isParsable = false
  package fileprivate(set) var isQuiet = false
  package fileprivate(set) var waits = false
  package fileprivate(set) var isTest = false
  /// What was passed over, a sentence each.
  package fileprivate(set) var notices: [String] = []
  /// Behind the flags: the script and its arguments.
  package fileprivate(set) var words: [String] = []
  /// What the script's first line names; nil without one.
  package fileprivate(set) var interpreter: [String]?

  /// At most so many jobs of an array, as a site of Slurm can allow.
  private static let arrayMax = 4_000_001

  /// The words behind `sbatch`.
  package init(commandLine words: [String]) throws(Problems) {
    let flags = try SlurmFlags(words.map { ($0, nil) })
    self.words = flags.rest
    try take(flags)
  }

  /// The directives of a script; what the command line says stands above them.
  package mutating func add(script: String, fileName: String) throws(Problems) {
    let directives: ScriptDirectives
    do {
      directives = try ScriptDirectives(script, mark: "#SBATCH", fileName: fileName)
    } catch {
      throw Problems([error])
    }
    interpreter = directives.interpreter
    let above = self
    let flags = try SlurmFlags(directives.words.map { ($0.text, "\(fileName):\($0.line)") })
    if let word = flags.rest.first {
      throw Problems([
        KilnError(.invalidFile, "`\(word)` is no flag of sbatch", at: fileName, fix: "remove it")
      ])
    }
    try take(flags)
    replace(by: above)
  }

  private mutating func replace(by above: SlurmRequest) {
    let standard = SlurmRequest()
    name = above.name ?? name
    if above.cpusPerTask != standard.cpusPerTask { cpusPerTask = above.cpusPerTask }
    tasks = above.tasks ?? tasks
    tasksPerNode = above.tasksPerNode ?? tasksPerNode
    memory = above.memory ?? memory
    memoryPerCpu = above.memoryPerCpu ?? memoryPerCpu
    time = above.time ?? time
    if above.array != nil { (array, maxRunning) = (above.array, above.maxRunning) }
    input = above.input ?? input
    output = above.output ?? output
    error = above.error ?? error
    appends = above.appends ?? appends
    folder = above.folder ?? folder
    account = above.account ?? account
    if !above.licences.isEmpty { licences = above.licences }
    gpus = above.gpus ?? gpus
    gpusPerTask = above.gpusPerTask ?? gpusPerTask
    priority = above.priority ?? priority
    nice = above.nice ?? nice
    isHeld = above.isHeld || isHeld
    isRequeued = above.isRequeued ?? isRequeued
    begin = above.begin ?? begin
    deadline = above.deadline ?? deadline
    if !above.after.isEmpty { after = above.after }
    checkpoint = above.checkpoint ?? checkpoint
  }

  /// How many copies of a program the script starts, all on this machine.
  package var taskCount: Int { tasks ?? tasksPerNode ?? 1 }

  private init() {}

  // MARK: Flags

  private mutating func take(_ flags: SlurmFlags) throws(Problems) {
    var problems = Problems()
    for flag in flags.given where !take(flag) {
      problems.add(
        KilnError(
          .usage, "`--\(flag.option.long)` cannot be `\(flag.value)`", at: flag.place,
          fix: SlurmRequest.expectation(flag.option.meaning)))
    }
    try problems.throwIfAny()
  }

  /// Whether the value could be read.
  private mutating func take(_ flag: SlurmFlags.Given) -> Bool {
    let value = flag.value
    let counts = 1...4096
    switch flag.option.meaning {
    case .name: name = value
    case .cpusPerTask: return SlurmRequest.set(&cpusPerTask, Int(value), counts)
    case .tasks:
      return SlurmRequest.set(&tasks, Int(value).flatMap { counts.contains($0) ? $0 : nil })
    case .tasksPerNode:
      return SlurmRequest.set(&tasksPerNode, Int(value).flatMap { counts.contains($0) ? $0 : nil })
    case .nodes: return value == "1" || value == "1-1"
    case .memory: return SlurmRequest.set(&memory, SlurmValues.bytes(value))
    case .memoryPerCpu: return SlurmRequest.set(&memoryPerCpu, SlurmValues.bytes(value))
    case .time: return SlurmRequest.set(&time, SlurmValues.time(value))
    case .array:
      guard let (indices, most) = SlurmValues.array(value, most: SlurmRequest.arrayMax) else {
        return false
      }
      (array, maxRunning) = (indices, most)
    case .input: input = value
    case .output: output = value
    case .error: error = value
    case .openMode:
      return SlurmRequest.set(&appends, ["append": true, "truncate": false][value])
    case .folder: folder = value
    case .account: account = value
    case .licences:
      guard let found = SlurmValues.licences(value) else { return false }
      licences = found
    case .gpus: return SlurmRequest.set(&gpus, SlurmValues.gpus(value))
    case .gpusPerTask: return SlurmRequest.set(&gpusPerTask, SlurmValues.gpus(value))
    case .gres:
      let count = value.hasPrefix("gpu") ? SlurmValues.gpus(value.dropFirst(3)) : nil
      return SlurmRequest.set(&gpus, count)
    case .priority: return SlurmRequest.set(&priority, Int(value))
    case .nice: return SlurmRequest.set(&nice, value.isEmpty ? 100 : Int(value))
    case .hold: isHeld = true
    case .requeue: isRequeued = true
    case .noRequeue: isRequeued = false
    case .begin: return SlurmRequest.set(&begin, SlurmValues.begin(value))
    case .deadline: return SlurmRequest.set(&deadline, SlurmValues.begin(value))
    case .dependency:
      guard let needs = SlurmValues.dependency(value) else { return false }
      after = needs
    case .signal: return SlurmRequest.set(&checkpoint, SlurmValues.signal(value))
    case .wrap: wrapped = value
    case .parsable: isParsable = true
    case .quiet: isQuiet = true
    case .wait: waits = true
    case .testOnly: isTest = true
    case .export:
      guard value == "ALL" || value == "NONE" else { return false }
      notices.append("`--export=\(value)`: tasks get the environment of the server")
    case .passedOver: notices.append("`--\(flag.option.long)` says nothing to Kiln")
    }
    return true
  }

  private static func set<Value>(_ target: inout Value?, _ value: Value?) -> Bool {
    guard let value else { return false }
    target = value
    return true
  }

  private static func set(_ target: inout Int, _ value: Int?, _ range: ClosedRange<Int>) -> Bool {
    guard let value, range.contains(value) else { return false }
    target = value
    return true
  }

  private static func expectation(_ meaning: SlurmOption.Meaning) -> String? {
    switch meaning {
    case .cpusPerTask, .tasks, .tasksPerNode: "give a whole number from 1 to 4096"
    case .nodes: "Kiln runs a task on one node; write 1"
    case .memory, .memoryPerCpu: "write 4G or 512M; a plain number is MiB"
    case .time: "write minutes, HH:MM:SS or D-HH:MM:SS"
    case .array: "write 0-15, 1,3,5-7, 1-9:2, with %4 behind it for at most four at once"
    case .licences: "write name:count, with commas between several"
    case .gpus, .gpusPerTask: "give a whole number, with a type before it or without: 2, a100:2"
    case .gres: "Kiln knows gpus: write `--gres=gpu:2`"
    case .priority, .nice: "give a whole number"
    case .begin, .deadline: "write now+2hours or 2026-12-01T08:00:00"
    case .openMode: "write append or truncate"
    case .dependency:
      "write afterok:12:13, afternotok:, afterany: or aftercorr:, with commas between several; Kiln waits "
        + "for whole jobs, and for all of them"
    case .signal: "write USR1@60 or B:TERM@120: a signal that Kiln knows, and seconds"
    case .export: "write ALL or NONE; other variables belong into the script"
    case .name, .input, .output, .error, .folder, .account, .hold, .requeue, .noRequeue, .wrap,
      .parsable, .quiet, .wait, .testOnly, .passedOver:
      nil
    }
  }
}
