import Base

/// The intervals and sizes of the scheduler, in one place.
package enum SchedulingLimits {
  /// A lease whose worker has been silent for so long is over.
  package static let leaseLife = Seconds(30)
  /// How long a restarted server waits for the workers of its predecessor: two lease lives.
  package static let reclaimLife = Seconds(60)
  /// How often a kill is asked for again until the end of the lease is reported.
  package static let killInterval = Seconds(10)
  /// The work that a lease of many small tasks is sized to: the end of a lease costs its slot a millisecond, and
  /// others wait no longer than this for their turn.
  package static let leaseWork = Seconds(0.3)
  /// At the end of a step, leases get no smaller than this.
  package static let leaseWorkLeast = Seconds(0.005)
  package static let tasksPerLeaseMax = 1024
  /// The largest first lease that an estimate alone can justify.
  package static let tasksPerFirstLeaseMax = 64
  /// After this long, half of what a project has used is forgotten.
  package static let shareHalfLife = Seconds.hours(7 * 24)
  /// How often the order between projects is looked at.
  package static let shareInterval = Seconds(1)
  /// Ended jobs that stay in memory, so that they can be explained and retried.
  package static let endedJobsMax = 1000
}
