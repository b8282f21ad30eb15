/// A broken promise, found by a check of the simulated world.
struct Violation: Error {
  let what: String

  init(_ what: String) { self.what = what }
}

func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(Violation) {
  if !holds { throw Violation(what()) }
}
