import Base
import Client
import JobModel
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
          "busy_gpus": .array(info.busyGPUs.map { .number($0.value) }),
          "pools": .array(
            info.pools.map {
              .object([
                "name": .text($0.name), "total": .number($0.total.value),
                "busy": .number($0.busy.value),
              ])
            }),
          "live_jobs": .integer(Int64(info.jobsLive)),
          "leaves_when_idle": .flag(info.leavesWhenIdle),
        ]))
      return .success
    }
    var rows = [
      ("server", "up for \(up), process \(info.pid), version \(info.version)"),
      ("state", info.state), ("cpus", "\(info.busyCpus) of \(info.cpus) busy"),
      ("memory", "\(info.memory)"),
    ]
    if !info.busyGPUs.isEmpty {
      let busy = info.busyGPUs.reduce(Amount.zero, +)
      rows.append(("gpus", "\(busy) of \(info.busyGPUs.count) busy"))
    }
    for pool in info.pools { rows.append((pool.name, "\(pool.busy) of \(pool.total) busy")) }
    rows += [
      ("live jobs", "\(info.jobsLive)"),
      ("stays", info.leavesWhenIdle ? "until it is idle" : "until `kiln server down`"),
    ]
    let width = max(11, 2 + (rows.map(\.0.count).max() ?? 0))
    for (name, value) in rows { context.out.line("\(padded(name, to: width))\(escaped(value))") }
    return .success
  }
}
