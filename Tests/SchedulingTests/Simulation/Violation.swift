/// A broken promise, found by a check of the simulated world.
struct Violation: Error {
  let what: String

  init(_ what: String) { self.what = what }
}

func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(Violation) {
  if !holds { throw Violation(what()) }
}

/// Deliberate mistakes, each of which some seed must catch: the proof that the checks can fail.
enum Mutant: CaseIterable, Sendable {
  /// A delivery ends whatever lease its slot holds now.
  case skipEpochCheck
  case acknowledgeBeforeCommit
  /// The resources of an ended lease stay in use.
  case forgetRelease
  /// An expired lease is given to another worker while the first one runs on.
  case requeueLiveAttempt
  case dropDependency
  /// A restarted server does not know which running tasks were cancelled.
  case forgetCancel
  /// A restarted server gives out again what its predecessor had leased.
  case forgetLeases
}
