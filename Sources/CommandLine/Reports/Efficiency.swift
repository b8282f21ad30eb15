import Base
import JobModel
import Wire

/// What a step asked for, what it used, and what it should ask for the next time.
struct Efficiency: Hashable, Sendable {
  /// How much more than the most that was seen is proposed.
  enum Headroom {
    /// A processor counts from this share of it on.
    static let cpuTolerance = 0.05
    static let memory = 1.2
    static let time = 1.5

    static let sentence = """
      proposed: processors busy on average, rounded up (5 % over a whole number is none); largest \
      memory + 20 %, in steps of 64 MiB; longest wall time + 50 %
      """
  }

  let asked: Resources
  let usage: Usage
  let longest: Seconds

  init(_ step: StepDetail) {
    asked = step.resources
    usage = step.usage
    longest = step.longest
  }

  /// Nothing has run yet.
  var isEmpty: Bool { usage.wall.value <= 0 }

  var askedMemory: ByteCount { asked.memory ?? Resources.defaultMemory }

  /// Processors that were busy on average.
  var busyCpus: Double { isEmpty ? 0 : usage.cpu.value / usage.wall.value }

  /// Shares of what was asked for, from 0; above 1 where more was used.
  var cpuShare: Double { busyCpus / Double(max(asked.cpus, 1)) }
  var memoryShare: Double { Double(usage.peakMemory.bytes) / Double(max(askedMemory.bytes, 1)) }
  var timeShare: Double? { asked.time.map { longest.value / max($0.value, 0.001) } }

  var proposal: Resources {
    var next = asked
    next.cpus = max(1, Int((busyCpus - Headroom.cpuTolerance).rounded(.up)))
    next.memory = Efficiency.rounded(usage.peakMemory)
    next.time = Efficiency.rounded(longest)
    return next
  }

  private static func rounded(_ peak: ByteCount) -> ByteCount {
    let step = ByteCount.mebibytes(64).bytes
    let wanted = Int64(Double(peak.bytes) * Headroom.memory)
    return ByteCount(max(1, (wanted + step - 1) / step) * step)
  }

  /// In seconds below a minute, in minutes below an hour, in quarters of an hour above.
  private static func rounded(_ longest: Seconds) -> Seconds {
    let wanted = longest.value * Headroom.time
    let step = wanted <= 60 ? 10.0 : wanted <= 3600 ? 60 : 900
    return Seconds(max(1, (wanted / step).rounded(.up)) * step)
  }
}

/// The rows of `kiln report efficiency`: one for each step that has run.
struct EfficiencyTable {
  private(set) var table = Table([
    Column("job"), Column("step"), Column("name", isElastic: true), Column("tasks"),
    Column("cpus"), Column("busy"), Column("memory"), Column("peak"), Column("time"),
    Column("longest"), Column("used_percent"), Column("next_cpus"), Column("next_memory"),
    Column("next_time"),
  ])

  mutating func add(_ job: JobDetail, steps: [Int]) {
    for index in steps {
      let step = job.steps[index]
      let efficiency = Efficiency(step)
      guard !efficiency.isEmpty else { continue }
      let next = efficiency.proposal
      table.add(
        [
          .integer(job.summary.id.number), .text(step.name), .text(job.summary.name),
          .integer(Int64(step.counts.ended)), .integer(Int64(step.resources.cpus)),
          .number(hundredths(efficiency.busyCpus)), .bytes(efficiency.askedMemory),
          .bytes(step.usage.peakMemory), step.resources.time.map { .span($0) } ?? .empty,
          .span(step.longest),
          .integer(Int64((efficiency.cpuShare * 100).rounded())), .integer(Int64(next.cpus)),
          next.memory.map { .bytes($0) } ?? .empty, next.time.map { .span($0) } ?? .empty,
        ], emphasis(efficiency))
    }
  }

  /// What wastes much, or came close to a limit, stands out.
  private func emphasis(_ efficiency: Efficiency) -> Emphasis? {
    if efficiency.memoryShare > 0.9 || (efficiency.timeShare ?? 0) > 0.9 { return .bad }
    return efficiency.cpuShare < 0.5 ? .warning : nil
  }

  private func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
