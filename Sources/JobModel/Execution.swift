import Base

/// How a command is kept apart from the rest of the machine.
package enum Isolation: String, Hashable, Sendable, Codable, CaseIterable {
  /// It runs as the user, as if typed in a terminal.
  case none
  /// It sees a read-only system, its own folder, and no network.
  case sandbox
}

/// How a command that can continue from where it stood is told to save that.
package struct CheckpointPolicy: Hashable, Sendable, Codable {
  /// Sent before the attempt is ended: at its time limit, and when it has to make room.
  package var signal: SignalName
  /// So long before the time limit.
  package var before: Seconds

  package init(
    signal: SignalName = CheckpointPolicy.standardSignal,
    before: Seconds = CheckpointPolicy.standardBefore
  ) {
    self.signal = signal
    self.before = before
  }

  package static let standardSignal = SignalName.usr1
  package static let standardBefore = Seconds(60)
  /// The exit code of a command that has saved where it stands and is to be run again.
  package static let exitCode = 85

  /// When the signal is sent, counted from the start of an attempt: never in its first half, so that a
  /// short limit leaves time to get anywhere.
  package func signalTime(limit: Seconds) -> Seconds {
    max(limit - before, limit * 0.5)
  }
}

/// A signal that may be sent to commands, by its name without `SIG`.
package enum SignalName: String, Hashable, Sendable, Codable, CaseIterable {
  case hup = "HUP"
  case int = "INT"
  case quit = "QUIT"
  case usr1 = "USR1"
  case usr2 = "USR2"
  case term = "TERM"
  case kill = "KILL"
  case cont = "CONT"
  case stop = "STOP"
  case tstp = "TSTP"
  case winch = "WINCH"

  /// With or without `SIG`, in any case, or as the number that Linux gives it.
  package init?(spelling: String) {
    let upper = spelling.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    guard let found = Self.allCases.first(where: { $0.rawValue == name || "\($0.number)" == name })
    else { return nil }
    self = found
  }

  /// Its number on Linux.
  package var number: Int32 {
    switch self {
    case .hup: 1
    case .int: 2
    case .quit: 3
    case .kill: 9
    case .usr1: 10
    case .usr2: 12
    case .term: 15
    case .cont: 18
    case .stop: 19
    case .tstp: 20
    case .winch: 28
    }
  }
}

/// What was done so that an attempt kept to what it had asked for.
package struct Enforcement: Hashable, Sendable, Codable {
  /// Who watches over memory.
  package enum MemoryGuard: String, Hashable, Sendable, Codable, CaseIterable {
    /// The operating system, for all processes of the attempt together.
    case cgroup1 = "cgroup v1"
    case cgroup2 = "cgroup v2"
    /// The worker, which adds up the resident memory of the processes ten times a second, and a limit
    /// of each process's data.
    case polled
  }

  package var memory: MemoryGuard
  package var memoryLimit: ByteCount
  /// The processors to which it is bound; empty: any.
  package var processors: [Int]
  /// How many threads libraries are told to use.
  package var threads: Int
  package var isolation: Isolation
  /// What could not be applied, and why: a sentence each.
  package var missing: [String]

  package init(
    memory: MemoryGuard, memoryLimit: ByteCount, processors: [Int], threads: Int,
    isolation: Isolation = .none, missing: [String] = []
  ) {
    self.memory = memory
    self.memoryLimit = memoryLimit
    self.processors = processors
    self.threads = threads
    self.isolation = isolation
    self.missing = missing
  }
}
