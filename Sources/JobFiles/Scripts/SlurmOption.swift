import Base

/// A flag of `sbatch` that Kiln understands; everything else is refused by name.
struct SlurmOption {
  enum Meaning {
    case name, cpusPerTask, tasks, tasksPerNode, nodes, memory, memoryPerCpu, time, array, folder
    case input, output, error, openMode
    case account, licences, gpus, gpusPerTask, gres, priority, nice, hold, requeue, noRequeue
    case begin, deadline, dependency, signal, wrap, parsable, quiet, wait, testOnly, export
    /// Says nothing that Kiln could act on; passed over with a notice.
    case passedOver
  }

  let long: String
  let short: Character?
  let takesValue: Bool
  /// Whether the next word is the value where none is attached.
  let needsValue: Bool
  let meaning: Meaning

  private init(
    _ long: String, _ short: Character? = nil, _ meaning: Meaning, takesValue: Bool = true,
    needsValue: Bool = true
  ) {
    self.long = long
    self.short = short
    self.meaning = meaning
    self.takesValue = takesValue
    self.needsValue = takesValue && needsValue
  }

  static let all = [
    SlurmOption("job-name", "J", .name), SlurmOption("cpus-per-task", "c", .cpusPerTask),
    SlurmOption("ntasks", "n", .tasks), SlurmOption("nodes", "N", .nodes),
    SlurmOption("ntasks-per-node", nil, .tasksPerNode),
    SlurmOption("mem", nil, .memory), SlurmOption("mem-per-cpu", nil, .memoryPerCpu),
    SlurmOption("time", "t", .time), SlurmOption("array", "a", .array),
    SlurmOption("output", "o", .output), SlurmOption("error", "e", .error),
    SlurmOption("input", "i", .input), SlurmOption("open-mode", nil, .openMode),
    SlurmOption("chdir", "D", .folder), SlurmOption("account", "A", .account),
    SlurmOption("licenses", "L", .licences), SlurmOption("gpus", "G", .gpus),
    SlurmOption("gpus-per-node", nil, .gpus), SlurmOption("gpus-per-task", nil, .gpusPerTask),
    SlurmOption("gres", nil, .gres), SlurmOption("priority", nil, .priority),
    SlurmOption("nice", nil, .nice, needsValue: false),
    SlurmOption("hold", "H", .hold, takesValue: false),
    SlurmOption("requeue", nil, .requeue, takesValue: false),
    SlurmOption("no-requeue", nil, .noRequeue, takesValue: false),
    SlurmOption("begin", "b", .begin), SlurmOption("deadline", nil, .deadline),
    SlurmOption("dependency", "d", .dependency), SlurmOption("signal", nil, .signal),
    SlurmOption("wrap", nil, .wrap), SlurmOption("parsable", nil, .parsable, takesValue: false),
    SlurmOption("quiet", "Q", .quiet, takesValue: false),
    SlurmOption("wait", "W", .wait, takesValue: false),
    SlurmOption("test-only", nil, .testOnly, takesValue: false),
    SlurmOption("export", nil, .export), SlurmOption("partition", "p", .passedOver),
    SlurmOption("qos", "q", .passedOver), SlurmOption("comment", nil, .passedOver),
    SlurmOption("mail-type", nil, .passedOver), SlurmOption("mail-user", nil, .passedOver),
  ]
}

/// Flags of `sbatch` with their values, as they stand on a command line or in directives.
struct SlurmFlags {
  struct Given {
    let option: SlurmOption
    let value: String
    /// For messages: `run.sh:3`, or the flag itself.
    let place: String?
  }

  private(set) var given: [Given] = []
  /// What follows the flags: the script and its arguments.
  private(set) var rest: [String] = []

  /// - Parameter words: each with its place; nil on a command line.
  init(_ words: [(text: String, place: String?)]) throws(Problems) {
    var problems = Problems()
    var index = 0
    while index < words.count {
      let (text, place) = words[index]
      index += 1
      guard text.hasPrefix("-"), text.count > 1 else {
        rest = words[(index - 1)...].map(\.text)
        break
      }
      guard let (option, attached) = SlurmFlags.option(text) else {
        problems.add(SlurmFlags.unknown(text, at: place))
        continue
      }
      var value = attached ?? ""
      if option.needsValue, attached == nil {
        guard index < words.count else {
          problems.add(
            KilnError(.usage, "`\(text)` needs a value", at: place))
          break
        }
        value = words[index].text
        index += 1
      }
      given.append(Given(option: option, value: value, place: place))
    }
    try problems.throwIfAny()
  }

  /// `--time=10`, `--time`, `-t`, `-t10`: the option, and the value where it is attached.
  private static func option(_ text: String) -> (SlurmOption, String?)? {
    if text.hasPrefix("--") {
      let parts = text.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = SlurmOption.all.first(where: { $0.long == parts[0] }) else { return nil }
      return (option, parts.count > 1 ? String(parts[1]) : nil)
    }
    let letter = text[text.index(after: text.startIndex)]
    guard let option = SlurmOption.all.first(where: { $0.short == letter }) else { return nil }
    let rest = text.dropFirst(2)
    return (option, rest.isEmpty ? nil : String(rest.first == "=" ? rest.dropFirst() : rest))
  }

  private static func unknown(_ text: String, at place: String?) -> KilnError {
    let name = text.split(separator: "=").first.map(String.init) ?? text
    let long = SlurmOption.all.map { "--\($0.long)" }
    let fix = instead[name] ?? nearest(to: name, among: long).map { "did you mean `\($0)`?" }
    return KilnError(
      .usage, "the flag `\(name)` of sbatch is not understood", at: place,
      fix: fix ?? "remove it; `kiln help ksbatch` lists what is")
  }

  /// What to do without a flag that many scripts have.
  private static let instead = [
    "--exclusive": "ask for every processor with `-c`",
    "--constraint": oneMachine, "-C": oneMachine, "--nodelist": oneMachine, "-w": oneMachine,
    "--exclude": oneMachine, "-x": oneMachine, "--clusters": oneMachine, "-M": oneMachine,
    "--mem-per-gpu": "ask for the memory of a task with `--mem`",
    "--reservation": "a reservation of Kiln is for a project or a label: write `--account`",
    "--export-file": "set the variables in the script",
    "--get-user-env": "set the variables in the script",
    "--het-group": "make steps of the parts, in a job file",
  ]
  private static let oneMachine = "remove it: everything runs on the machine of the server"
}
