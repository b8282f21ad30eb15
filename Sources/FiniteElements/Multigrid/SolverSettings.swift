/// What a job says about how its equations are solved; the deck says the rest.
package struct SolverSettings: Equatable, Sendable {
  /// A job's choice of method.
  package enum Wish: String, CaseIterable, Sendable {
    /// As the deck asks with `SOLVER=`, else by the facts.
    case auto
    /// A factorisation.
    case direct
    /// Conjugate gradients with the preconditioner that suits the elements.
    case iterative
  }

  /// How many threads may compute at a time.
  package var threads: Int
  package var wish: Wish
  /// Bytes that the analysis was promised; nil: as many as it takes.
  package var memory: Double?

  package init(threads: Int, wish: Wish = .auto, memory: Double? = nil) {
    self.threads = threads
    self.wish = wish
    self.memory = memory
  }
}
