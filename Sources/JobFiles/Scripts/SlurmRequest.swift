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
  package fileprivate(set) var tasks = 1
  package fileprivate(set) var memory: ByteCount?
  package fileprivate(set) var memoryPerCpu: ByteCount?
  package fileprivate(set) var time: Seconds?
  /// Indices of an array job in the order given; nil: a single job.
  package fileprivate(set) var array: [Int]?
  package fileprivate(set) var maxRunning: Int?
  package fileprivate(set) var output: String?
  package fileprivate(set) var error: String?
  package fileprivate(set) var folder: String?
  package fileprivate(set) var account: String?
  package fileprivate(set) var licences: [String: Int] = [:]
  package fileprivate(set) var gpus: Int?
  package fileprivate(set) var priority: Int?
  package fileprivate(set) var isHeld = false
  package fileprivate(set) var isRequeued: Bool?
  package fileprivate(set) var begin: Begin?
  package fileprivate(set) var wrapped: String?
  package fileprivate(set) var isParsable = false
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
    if above.tasks != standard.tasks { tasks = above.tasks }
    memory = above.memory ?? memory
    memoryPerCpu = above.memoryPerCpu ?? memoryPerCpu
    time = above.time ?? time
    if above.array != nil { (array, maxRunning) = (above.array, above.maxRunning) }
    output = above.output ?? output
    error = above.error ?? error
    folder = above.folder ?? folder
    account = above.account ?? account
    if !above.licences.isEmpty { licences = above.licences }
    gpus = above.gpus ?? gpus
    priority = above.priority ?? priority
    isHeld = above.isHeld || isHeld
    isRequeued = above.isRequeued ?? isRequeued
    begin = above.begin ?? begin
  }

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
    switch flag.option.meaning {
    case .name: name = value
    case .cpusPerTask: return SlurmRequest.set(&cpusPerTask, Int(value), 1...4096)
    case .tasks: return SlurmRequest.set(&tasks, Int(value), 1...4096)
    case .nodes: return value == "1" || value == "1-1"
    case .memory: memory = SlurmValues.bytes(value)
    case .memoryPerCpu: memoryPerCpu = SlurmValues.bytes(value)
    case .time: time = SlurmValues.time(value)
    case .array:
      guard let (indices, most) = SlurmValues.array(value, most: SlurmRequest.arrayMax) else {
        return false
      }
      (array, maxRunning) = (indices, most)
    case .output: output = value
    case .error: error = value
    case .folder: folder = value
    case .account: account = value
    case .licences:
      guard let found = SlurmValues.licences(value) else { return false }
      licences = found
    case .gpus: gpus = SlurmValues.gpus(value)
    case .gres: gpus = value.hasPrefix("gpu") ? SlurmValues.gpus(value.dropFirst(3)) : nil
    case .priority: priority = Int(value).map { min(max($0, -1000), 1000) }
    case .hold: isHeld = true
    case .requeue: isRequeued = true
    case .noRequeue: isRequeued = false
    case .begin: begin = SlurmValues.begin(value)
    case .wrap: wrapped = value
    case .parsable: isParsable = true
    case .wait: waits = true
    case .testOnly: isTest = true
    case .export:
      guard value == "ALL" || value == "NONE" else { return false }
      notices.append("`--export=\(value)`: tasks get the environment of the server")
    case .passedOver: notices.append("`--\(flag.option.long)` says nothing to Kiln")
    }
    switch flag.option.meaning {
    case .memory: return memory != nil
    case .memoryPerCpu: return memoryPerCpu != nil
    case .time: return time != nil
    case .priority: return priority != nil
    case .gpus, .gres: return gpus != nil
    case .begin: return begin != nil
    default: return true
    }
  }

  private static func set(_ target: inout Int, _ value: Int?, _ range: ClosedRange<Int>) -> Bool {
    guard let value, range.contains(value) else { return false }
    target = value
    return true
  }

  private static func expectation(_ meaning: SlurmOption.Meaning) -> String? {
    switch meaning {
    case .cpusPerTask, .tasks: "give a whole number from 1 to 4096"
    case .nodes: "Kiln runs a task on one node; write 1"
    case .memory, .memoryPerCpu: "write 4G or 512M; a plain number is MiB"
    case .time: "write minutes, HH:MM:SS or D-HH:MM:SS"
    case .array: "write 0-15, 1,3,5-7, 1-9:2, with %4 behind it for at most four at once"
    case .licences: "write name:count, with commas between several"
    case .gpus: "give a whole number, with a type before it or without: 2, a100:2"
    case .gres: "Kiln knows gpus: write `--gres=gpu:2`"
    case .priority: "give a whole number"
    case .begin: "write now+2hours or 2026-12-01T08:00:00"
    case .export: "write ALL or NONE; other variables belong into the script"
    case .name, .output, .error, .folder, .account, .hold, .requeue, .noRequeue, .wrap, .parsable,
      .wait, .testOnly, .passedOver:
      nil
    }
  }
}
