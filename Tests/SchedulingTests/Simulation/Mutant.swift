import Base
import JobModel
import Scheduling

/// Deliberate mistakes, each of which some seed must catch: the proof that the checks can fail.
enum Mutant: CaseIterable, Sendable {
  /// A delivery ends whatever lease its slot holds now.
  case skipEpochCheck
  case acknowledgeBeforeCommit
  /// The resources of an ended lease stay in use.
  case forgetRelease
  /// An expired lease is given to another worker while the first one runs on.
  case requeueLiveAttempt
  /// A worker says that its tasks have run while the last one is running.
  case computedTooEarly
  /// A lease begins while the last task runs of the one that it takes the room of.
  case awaitNobody
  case dropDependency
  case dropJobNeeds
  /// A restarted server does not know which running tasks were cancelled.
  case forgetCancel
  /// A restarted server gives out again what its predecessor had leased.
  case forgetLeases
  /// What else a restarted server may not know.
  case forgetHold
  /// … which jobs that others wait for have ended.
  case forgetSettled
  case forgetEnds
  case forgetRetries
  case forgetGPUs
  case forgetReservations
  /// The scheduler believes that there is more than there is.
  case overbookCpus
  case overbookGPUs
  case overbookPools
  /// What of a job does not reach the scheduler.
  case ignoreMaxRunning
  case ignoreLabels
  case ignoreBegin
  case ignoreDeadline
  case ignorePriority
  case ignoreReservation
  /// It takes every job for preemptible.
  case preemptAnybody
  /// It believes that tasks are over sooner than they are.
  case shortenTimes
  /// Time does not pass, unless something happens.
  case neverTick
}

// MARK: What mutants make of the truth

extension SimulatedWorld {
  func told(_ capacity: Capacity) -> Capacity {
    var told = capacity
    if mutant == .overbookCpus { told.cpus += 1 }
    if mutant == .overbookGPUs { told.gpus += 1 }
    for pool in told.pools.keys where mutant == .overbookPools {
      told.pools[pool, default: .zero] += .one
    }
    return told
  }

  func told(_ plan: JobPlan) -> JobPlan {
    var told = plan
    if mutant == .ignoreMaxRunning { told.maxRunning = nil }
    if mutant == .ignoreLabels { told.labels = [] }
    if mutant == .ignoreBegin { told.begin = nil }
    if mutant == .ignoreDeadline { told.deadline = nil }
    if mutant == .ignorePriority { told.priority = 0 }
    if mutant == .dropJobNeeds { told.after = [] }
    if mutant == .preemptAnybody { told.isPreemptible = true }
    for index in told.steps.indices {
      if mutant == .dropDependency { told.steps[index].dependencies = [] }
      if mutant == .shortenTimes {
        told.steps[index].time = plan.steps[index].time.map { $0 * 0.01 }
      }
    }
    return told
  }
}

extension Lease {
  func told(_ mutant: Mutant?) -> Lease {
    var told = self
    if mutant == .forgetGPUs { told.gpus = [] }
    return told
  }
}
