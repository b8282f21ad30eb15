import Base
import JobModel
import Testing
import Wire

@testable import CommandLine

@Suite("what to ask for the next time")
struct EfficiencyTests {
  private func efficiency(
    cpus: Int, busy: Double, peak: ByteCount, longest: Double
  ) -> Efficiency {
    Efficiency(
      StepDetail(
        name: "", work: "x", counts: TaskCounts(),
        resources: Resources(cpus: cpus, memory: .gibibytes(8), time: Seconds(3600)), needs: [],
        axes: [], usage: Usage(wall: Seconds(100), cpu: Seconds(100 * busy), peakMemory: peak),
        longest: Seconds(longest)))
  }

  @Test(
    "processors are rounded up, memory and time have their head-room",
    arguments: [
      (4, 0.9, Int64(100), 10.0, 1, Int64(128), 20.0),
      (4, 1.04, 100, 40, 1, 128, 60),
      (4, 1.2, 1000, 41, 2, 1216, 120),
      (2, 3.9, 4000, 3000, 4, 4800, 4500),
      (1, 0, 0, 0.001, 1, 64, 10),
    ])
  func proposals(
    cpus: Int, busy: Double, peak: Int64, longest: Double, nextCpus: Int, nextMemory: Int64,
    nextTime: Double
  ) {
    let next = efficiency(cpus: cpus, busy: busy, peak: .mebibytes(peak), longest: longest)
      .proposal
    #expect(next.cpus == nextCpus)
    #expect(next.memory == .mebibytes(nextMemory))
    #expect(next.time == Seconds(nextTime))
  }

  @Test("shares compare what was used with what was asked for")
  func shares() {
    let half = efficiency(cpus: 2, busy: 1, peak: .gibibytes(4), longest: 1800)
    #expect(half.cpuShare == 0.5)
    #expect(half.memoryShare == 0.5)
    #expect(half.timeShare == 0.5)
  }
}
