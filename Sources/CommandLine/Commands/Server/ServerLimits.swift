import Base
import JobFiles
import JobModel
import Wire

/// What a server offers to tasks, as options of `server up` and `server run`, and in `server.yaml`.
enum ServerLimits {
  static let cpus = Option<Int>(
    "--cpus", integer: 1...4096, "N", "Processors that tasks may use; all by default.")
  static let memory = Option<ByteCount>(
    "--memory", bytes: "SIZE", "Memory that tasks may use, as in 12GiB; most of it by default.")
  static let gpus = Option<Int>(
    "--gpus", integer: 0...1024, "N", "Gpus that tasks may use; those of the machine by default.")
  static let licence = Option<(String, Int)>(
    "--licence", "NAME=COUNT", "How many licences there are; may be given several times."
  ) { text throws(KilnError) in
    let (name, number) = try pair(text, of: "--licence", example: "nastran=3")
    guard let count = Int(number), (0...1_000_000).contains(count) else {
      throw KilnError(.usage, "--licence: '\(number)' is not a whole number", fix: "nastran=3")
    }
    return (name, count)
  }
  static let pool = Option<(String, Amount)>(
    "--pool", "NAME=AMOUNT", "How much there is of a pool; may be given several times."
  ) { text throws(KilnError) in
    let (name, number) = try pair(text, of: "--pool", example: "tokens=2.5")
    guard let amount = Double(number).flatMap({ Amount(exactly: $0) }) else {
      throw KilnError(
        .usage, "--pool: '\(number)' is not an amount with at most three decimals",
        fix: "tokens=2.5")
    }
    return (name, amount)
  }

  static let declarations = [
    cpus.declaration, memory.declaration, gpus.declaration, licence.declaration, pool.declaration,
  ]

  static let discussion = """
    What tasks may use can also be written into `server.yaml` in the state directory (cpus, memory, \
    gpus, licences, pools, and labels with their `max_running`); options come before it.
    """

  /// The same options for the server's own command line.
  static func words(_ arguments: Arguments) throws(KilnError) -> [String] {
    var words: [String] = []
    if let cpus = try arguments(cpus) { words += ["--cpus", "\(cpus)"] }
    if let memory = try arguments(memory) { words += ["--memory", "\(memory.bytes)B"] }
    if let gpus = try arguments(gpus) { words += ["--gpus", "\(gpus)"] }
    for (name, count) in try arguments.all(licence) { words += ["--licence", "\(name)=\(count)"] }
    for (name, amount) in try arguments.all(pool) { words += ["--pool", "\(name)=\(amount)"] }
    return words
  }

  /// What the options say, and where they say nothing, `server.yaml`.
  static func resources(
    _ arguments: Arguments, _ state: StateDirectory
  ) throws -> ServerResources {
    let options = ServerResources(
      cpus: try arguments(cpus), memory: try arguments(memory), gpus: try arguments(gpus),
      licences: Dictionary(try arguments.all(licence)) { $1 },
      pools: Dictionary(try arguments.all(pool)) { $1 })
    guard Files.exists(state.settings) else { return options }
    let source = try Files.read(state.settings, bytesMax: 1 << 20)
    return options.over(try ServerFile.parse(source: source, fileName: state.settings))
  }

  private static func pair(
    _ text: String, of option: String, example: String
  ) throws(KilnError) -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0].allSatisfy({ !$0.isWhitespace }) else {
      throw KilnError(
        .usage, "\(option): '\(text)' is no name with a number", fix: "write it as \(example)")
    }
    return (parts[0], parts[1])
  }
}
