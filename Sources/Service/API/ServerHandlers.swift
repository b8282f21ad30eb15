import Base
import Glibc
import JobModel
import Scheduling
import Wire

extension Route {
  @Sendable static func showServer(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let load = try installation.mailbox.ask { state in
      (
        busyCpus: state.scheduler.busyCpus, busyGPUs: state.scheduler.busyGPUs,
        busyPools: state.scheduler.busyPools,
        liveJobs: state.jobs.keys.count { !(state.scheduler.jobState($0)?.isEnded ?? true) }
      )
    }
    return try .json(
      200,
      ServerInfo(
        version: Kiln.version, pid: getpid(), startedAt: installation.startedAt,
        state: installation.state.root, cpus: installation.capacity.cpus,
        memory: installation.capacity.memory, busyCpus: load.busyCpus, busyGPUs: load.busyGPUs,
        pools: installation.capacity.uses(busy: load.busyPools), jobsLive: load.liveJobs,
        leavesWhenIdle: installation.leavesWhenIdle))
  }

  /// The answer goes out before the server does.
  @Sendable static func stopServer(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    installation.mailbox.post(.stop(.request))
    return try .json(202, [String: String]())
  }
}

extension Capacity {
  /// Everything that is counted, by name, with what is in use of it.
  fileprivate func uses(busy: [Pool: Amount]) -> [PoolUse] {
    var totals = pools
    for (label, most) in labelLimits { totals[.label(label)] = Amount(most) }
    return totals.sorted { $0.key < $1.key }.map { pool, total in
      let name =
        switch pool {
        case .licence(let name): "licence \(name)"
        case .named(let name): "pool \(name)"
        case .label(let name): "label \(name)"
        }
      return PoolUse(name: name, total: total, busy: busy[pool, default: .zero])
    }
  }
}
