import Base

/// What a server may use of this machine, as options of `server up` and `server run`.
enum ServerLimits {
  static let cpus = Option<Int>(
    "--cpus", integer: 1...4096, "N", "Processors that tasks may use; all by default.")
  static let memory = Option<ByteCount>(
    "--memory", bytes: "SIZE", "Memory that tasks may use, as in 12GiB; most of it by default.")

  static let declarations = [cpus.declaration, memory.declaration]

  /// The same options for the server's own command line.
  static func words(_ arguments: Arguments) throws(KilnError) -> [String] {
    var words: [String] = []
    if let cpus = try arguments(cpus) { words += ["--cpus", "\(cpus)"] }
    if let memory = try arguments(memory) { words += ["--memory", "\(memory.bytes)B"] }
    return words
  }
}
