import Base
import Glibc
import Wire

extension Route {
  @Sendable static func showServer(
    _ request: APIRequest, _ installation: Installation
  ) throws -> HTTPAnswer {
    let load = try installation.mailbox.ask { state in
      (
        busyCpus: state.scheduler.busyCpus,
        liveJobs: state.jobs.keys.count { !(state.scheduler.jobState($0)?.isEnded ?? true) }
      )
    }
    return try .json(
      200,
      ServerInfo(
        version: Kiln.version, pid: getpid(), startedAt: installation.startedAt,
        state: installation.state.root, cpus: installation.capacity.cpus,
        memory: installation.capacity.memory, busyCpus: load.busyCpus, jobsLive: load.liveJobs,
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
