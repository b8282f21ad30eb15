import Base
import Client
import Wire

extension CommandDeclaration {
  static let serverStatus = CommandDeclaration(
    "server status", "Show the server: whether it is up, and what it does.",
    discussion: "Exit code 6 when no server answers."
  ) { _, context in
    let info = try context.client().server()
    let up = span(from: info.startedAt, to: .now())
    if context.wantsJSON {
      context.show(
        .object([
          "version": .text(info.version), "pid": .integer(Int64(info.pid)),
          "started": Cell.time(info.startedAt).json, "state": .text(info.state),
          "cpus": .integer(Int64(info.cpus)), "busy_cpus": .integer(Int64(info.busyCpus)),
          "memory_bytes": .integer(info.memory.bytes),
          "live_jobs": .integer(Int64(info.jobsLive)),
          "leaves_when_idle": .flag(info.leavesWhenIdle),
        ]))
      return .success
    }
    let rows = [
      ("server", "up for \(up), process \(info.pid), version \(info.version)"),
      ("state", info.state), ("cpus", "\(info.busyCpus) of \(info.cpus) busy"),
      ("memory", "\(info.memory)"), ("live jobs", "\(info.jobsLive)"),
      ("stays", info.leavesWhenIdle ? "until it is idle" : "until `kiln server down`"),
    ]
    for (name, value) in rows { context.out.line("\(padded(name, to: 11))\(escaped(value))") }
    return .success
  }
}
