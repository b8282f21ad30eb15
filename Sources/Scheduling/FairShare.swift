import Base
import JobModel

/// Who has had how much: processor seconds by project, halved every `shareHalfLife`.
///
/// Projects of which less is remembered go first among jobs of the same priority. What runs counts as far
/// as it has run, so that a long task is paid for while it runs.
struct FairShare: Sendable {
  private var settled: [ProjectName: (cpuSeconds: Double, at: Instant)] = [:]

  mutating func charge(_ project: ProjectName, cpuSeconds: Double, at now: Instant) {
    settled[project] = (usage(of: project, at: now) + cpuSeconds, now)
  }

  /// What is remembered of a project, in processor seconds.
  func usage(of project: ProjectName, at now: Instant) -> Double {
    guard let entry = settled[project] else { return 0 }
    let halvings = (now - entry.at).value / SchedulingLimits.shareHalfLife.value
    return entry.cpuSeconds * power(0.5, halvings)
  }

  /// 0 for the project that goes first; equal usage is ordered by name.
  func ranks(
    of projects: Set<ProjectName>, running: [ProjectName: Double], at now: Instant
  ) -> [ProjectName: Int] {
    let ordered = projects.map { (usage(of: $0, at: now) + running[$0, default: 0], $0) }
      .sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1.text < $1.1.text }
    return Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.1, $0) })
  }

  /// `base` to a power from 0 on, without a mathematics library: whole halvings exactly, the rest by
  /// a straight line, which is monotonic and the same everywhere.
  private func power(_ base: Double, _ exponent: Double) -> Double {
    let whole = min(exponent.rounded(.down), 60)
    var value = 1.0
    for _ in 0..<Int(max(0, whole)) { value *= base }
    let rest = max(0, exponent - whole)
    return value * (1 - (1 - base) * min(rest, 1))
  }
}
