import Base
import JobModel

// Kernels that misbehave on purpose: the tests show with them that only the attempt is lost.
extension KernelDeclaration {
  package static let testTrap = misbehaving(
    "test.trap", "Traps at once.", "Ends as `signalled`.", memory: .mebibytes(16))

  package static let testExhaust = misbehaving(
    "test.exhaust", "Takes memory without end.", "Ends as `memory`.", memory: .mebibytes(512))

  package static let testStuck = misbehaving(
    "test.stuck", "Never returns and never looks whether it should.",
    "Ends as `time` where a time limit is set, or as `cancelled`.", memory: .mebibytes(512))

  private static func misbehaving(
    _ name: String, _ summary: String, _ discussion: String, memory: ByteCount
  ) -> KernelDeclaration {
    KernelDeclaration(
      name: name, summary: summary, discussion: discussion,
      outputs: [OutputDeclaration("summary.json", "Never written.")],
      example: "name: misbehaviour\nkernel: \(name)\nresources: {time: 2 s, memory: 256 MiB}\n",
      isForTests: true, estimate: { _ in Estimate(seconds: Seconds(1), memory: memory) })
  }
}
