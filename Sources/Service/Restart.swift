import Base
import Glibc
import JobModel
import Scheduling
import Store
import Wire

/// Finds out where an earlier server stopped, and cleans up what it left unfinished.
struct Restart {
  let installation: Installation
  let engine: any TaskEngine

  /// Leases of the server before stay out: their workers go on, deliver, or are confirmed dead.
  func run() throws(KilnError) -> LoopState {
    var (jobs, lastJob, lastEpoch) = try installation.store.load()
    let needed = try addNeeded(to: &jobs)
    var state = LoopState(
      scheduler: Scheduler(
        capacity: installation.capacity, lastEpoch: lastEpoch, restored: jobs.map(\.restored),
        reservations: try installation.store.reservations(at: .now()).map(\.slots), at: .now()),
      capacity: installation.capacity, lastJob: lastJob)
    for job in jobs {
      let id = job.record.id
      let endedAt = needed.contains(id) ? try installation.store.summary(id)?.summary.endedAt : nil
      state.jobs[id] = KnownJob(job, endedAt: endedAt)
      for lease in job.restored.leases {
        let worker = job.workers[lease.epoch]
        state.leases[lease.epoch] = OutstandingLease(lease: lease, worker: worker)
        engine.adopt(lease, worker: worker)
      }
    }
    try removeGarbage(keeping: try installation.store.knownEpochs())
    if !jobs.isEmpty {
      Log.write(
        .info, "the queue is restored",
        ["jobs": "\(jobs.count)", "leases": "\(state.leases.count)"])
    }
    return state
  }

  /// Ended jobs that live ones wait for: the end came in a turn that was not recorded whole, or the
  /// wait began after it.
  private func addNeeded(to jobs: inout [StoredJob]) throws(KilnError) -> Set<JobID> {
    var needed: Set<JobID> = []
    var known = Set(jobs.map(\.record.id))
    let needs = jobs.flatMap(\.restored.plan.after).filter { $0.settled == nil }
    for need in needs where known.insert(need.job).inserted {
      guard let job = try installation.store.stored(need.job) else { continue }
      jobs.append(job)
      needed.insert(need.job)
    }
    return needed
  }

  /// Uploads that were cut off, and segments of no lease that is published or still out.
  private func removeGarbage(keeping epochs: Set<Epoch>) throws(KilnError) {
    let state = installation.state
    for entry in try FileTree.entries(state.files) where entry.name.hasPrefix(FileUpload.prefix) {
      FileTree.discard("\(state.files)/\(entry.name)")
    }
    for job in try FileTree.entries(state.results) where job.kind == .folder {
      let folder = "\(state.results)/\(job.name)"
      for entry in try FileTree.entries(folder) {
        guard let number = Int64(entry.name.prefix { $0 != "." }),
          !epochs.contains(Epoch(number))
        else { continue }
        FileTree.discard("\(folder)/\(entry.name)")
      }
    }
  }
}
