import Base

extension KernelDeclaration {
  /// Crashes.
  package static let testTrap = fault(
    "test.trap", "Crashes, as a mistake in a kernel would.",
    "It ends by a trap of the processor; the attempt ends as `signalled`.")

  /// Uses more and more memory.
  package static let testExhaust = fault(
    "test.exhaust", "Takes memory until its limit stops it.",
    "It takes and uses 8 MiB at a time; the attempt ends as `memory`.")

  /// Never returns.
  package static let testStuck = fault(
    "test.stuck", "Never returns and does not look whether it is to stop.",
    "Give it a `time` limit; the attempt ends as `time`, two seconds later.")

  private static func fault(
    _ name: String, _ summary: String, _ discussion: String
  ) -> KernelDeclaration {
    KernelDeclaration(
      name: name, summary: summary,
      discussion: "For trying out how an installation survives faults. \(discussion)",
      example: """
        name: a fault
        kernel: \(name)
        resources: {time: 5 s, memory: 512 MiB}
        """,
      isForTests: true,
      // Long enough for a process of its own: what it does must not meet another task.
      estimate: { _ in Estimate(seconds: Seconds(1), memory: .mebibytes(512)) })
  }
}
