import Base
import JobModel
import Testing

/// Valid files, damaged at random: whatever comes out, nothing may trap, and every problem has a
/// place.
@Suite("damaged job files")
struct MutationTests {
  private static let originals = [
    """
    name: 支架-bracket
    project: chassis
    kernel: fe.solve
    inputs: {deck: arm.inp}
    units: {length: mm, force: N}
    sweep:
      thickness: [2 mm, 2.5 mm, 3 mm]
      load: {from: 1 kN, to: 5 kN, count: 9}
    resources: {cpus: 2, memory: 4 GiB, time: 10 min, licences: {nastran: 1}}
    retry: {lost: 3, memory: {times: 2, grow: 1.5}, failed: 0}
    priority: 10
    outputs: ["*.vtu", summary.json]
    """,
    """
    name: durability
    steps:
      modes: {kernel: fe.solve, inputs: {deck: plain.inp}, units: {pressure: MPa, mass: t}}
      road: {kernel: test.sleep, parameters: {duration: 1 s}, sweep: {value: [1, 2]}}
      fatigue:
        command: [sh, -c, "cat {a} {b}"]
        inputs: {stress: {step: modes, file: plain.frd}, load: {step: road, file: summary.json}}
        sweep: {a: [x, "1 kN"], b: {from: 1, to: 2, count: 2}, zip: [[a, b]]}
        needs: [road]
        retry: never
    """,
    #"{"kernel": "test.sleep", "sweep": {"duration": {"from": "1 s", "to": "3 s", "count": 3}}}"#,
  ]

  @Test("a damaged file is read or refused, and never traps", arguments: [2026, UInt64.random()])
  func neverTraps(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let fixture = JobFileFixture()
    var refused = 0
    for _ in 0..<1500 {
      let bytes = damaged(&random)
      for problem in fixture.problems(bytes: bytes) {
        refused += 1
        #expect(
          problem.hasPrefix("job.yaml:") || problem.hasPrefix("arm.inp:2: "),
          "seed \(seed): \(problem)")
      }
      if let job = try? fixture.read(bytes: bytes) { expectUsable(job, seed) }
    }
    #expect(refused > 500, "seed \(seed): the damage is too small to test anything")
  }

  /// Every task of a job that was accepted can be filled in.
  private func expectUsable(_ job: JobSpec, _ seed: UInt64) {
    for step in job.steps {
      for task in [1, step.sweep.count] {
        #expect(throws: Never.self, "seed \(seed)") {
          try TaskInstance(step: step, task: task, parameterNames: ["duration", "value"])
        }
      }
    }
  }

  private func damaged(_ random: inout SplitMix64) -> [UInt8] {
    var bytes = Array(Self.originals[Int.random(in: 0..<3, using: &random)].utf8)
    let marks = Array("{}[]:,-?&*!|>'\"%@`#\n\t \\0a{".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: place)
      case 3: bytes.removeSubrange(place..<min(place + 10, bytes.count))
      case 4:
        let end = min(place + 20, bytes.count)
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      default: bytes = Array(bytes[..<max(place, 1)])
      }
      if bytes.isEmpty { bytes = [0x61] }
    }
    return bytes
  }
}

extension UInt64 {
  fileprivate static func random() -> UInt64 {
    var generator = SystemRandomNumberGenerator()
    return generator.next()
  }
}
