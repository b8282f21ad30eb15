import Base
import JobModel

/// Kernels that misbehave, so that tests can see the platform survive them.
extension KernelDeclaration {
  /// Crashes as a mistake in a kernel would.
  package static let testTrap = KernelDeclaration(
    name: "test.trap",
    summary: "Crashes its worker.",
    discussion: """
      Its task must end as `signalled`, and no other task may notice.
      """,
    example: """
      name: crash
      kernel: test.trap
      """,
    isForTests: true,
    estimate: { _ in Estimate(seconds: Seconds(1), memory: .mebibytes(16)) })

  /// Takes memory until something stops it.
  package static let testExhaust = KernelDeclaration(
    name: "test.exhaust",
    summary: "Takes memory without end.",
    discussion: """
      Its task must end as `memory` once it exceeds `resources: {memory: …}`. The estimate is large, \
      so that it runs in a process of its own.
      """,
    example: """
      name: leak
      kernel: test.exhaust
      resources: {memory: 256 MiB}
      """,
    isForTests: true,
    estimate: { _ in Estimate(seconds: Seconds(1), memory: .mebibytes(512)) })

  /// Never returns, and does not look whether it is to stop.
  package static let testStuck = KernelDeclaration(
    name: "test.stuck",
    summary: "Never returns.",
    discussion: """
      It does not poll for cancellation either: its task must end as `time` when its limit passes, or \
      as `cancelled`, by force.
      """,
    example: """
      name: stuck
      kernel: test.stuck
      resources: {time: 2 s}
      """,
    isForTests: true,
    estimate: { _ in Estimate(seconds: .hours(1), memory: .mebibytes(16)) })
}
