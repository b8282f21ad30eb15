import Base
import JobModel

/// Reads `resources` and `retry`.
enum PolicyReader {
  static func resources(_ node: Node?, _ problems: inout ProblemList) -> Resources {
    var resources = Resources()
    guard
      var fields = fields(node, "resources", "{cpus: 2, memory: 4 GiB, time: 10 min}", &problems)
    else { return resources }
    if let node = fields.take("cpus") {
      resources.cpus = integer(node, 1...65_536, "cpus", &problems) ?? 1
    }
    if let node = fields.take("memory") {
      resources.memory = quantity(node, "memory", "bytes", &problems).map { ByteCount(Int64($0)) }
    }
    if let node = fields.take("time") {
      resources.time = quantity(node, "time", "time", &problems).map { Seconds($0) }
    }
    if let node = fields.take("licences") {
      resources.licences = licences(node, &problems)
    }
    fields.reportUnknown(of: "`resources`", &problems)
    return resources
  }

  static func retry(_ node: Node?, _ problems: inout ProblemList) -> RetryPolicy {
    if case .scalar(let scalar)? = node, scalar.text == "never" { return .never }
    guard var fields = fields(node, "retry", "{lost: 3, failed: 0} or `retry: never`", &problems)
    else { return .standard }
    var limits = RetryLimits()
    let counts = 0...1000
    if let node = fields.take("lost") {
      limits.lost = integer(node, counts, "lost", &problems) ?? 0
    }
    if let node = fields.take("failed") {
      limits.failed = integer(node, counts, "failed", &problems) ?? 0
    }
    if let node = fields.take("signalled") {
      limits.signalled = integer(node, counts, "signalled", &problems) ?? 0
    }
    if let node = fields.take("time") {
      limits.time = integer(node, counts, "time", &problems) ?? 0
    }
    if let node = fields.take("memory") { memoryRetry(node, &limits, &problems) }
    fields.reportUnknown(of: "`retry`", &problems)
    return .limited(limits)
  }

  private static func memoryRetry(
    _ node: Node, _ limits: inout RetryLimits, _ problems: inout ProblemList
  ) {
    guard case .mapping(let entries, let mark) = node else {
      limits.memory = integer(node, 0...1000, "memory", &problems) ?? 0
      return
    }
    var fields = Fields(entries, at: mark, &problems)
    if let times = fields.take("times") {
      limits.memory = integer(times, 0...1000, "times", &problems) ?? 0
    }
    if let grow = fields.take("grow") {
      if let factor = text(grow).flatMap(ScalarText.number), (1...100).contains(factor) {
        limits.memoryGrowth = factor
      } else {
        problems.add("`grow` is a number from 1 to 100", at: grow.mark)
      }
    }
    fields.reportUnknown(of: "`memory`", &problems)
  }

  private static func licences(_ node: Node, _ problems: inout ProblemList) -> [String: Int] {
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`licences` is a mapping from names to counts", at: node.mark,
        fix: "write `licences: {nastran: 1}`")
      return [:]
    }
    var counts: [String: Int] = [:]
    for entry in Fields(entries, at: mark, &problems).all {
      counts[entry.key] = integer(entry.value, 1...1_000_000, entry.key, &problems)
    }
    return counts
  }

  private static func fields(
    _ node: Node?, _ key: String, _ example: String, _ problems: inout ProblemList
  ) -> Fields? {
    guard let node else { return nil }
    guard case .mapping(let entries, let mark) = node else {
      problems.add(
        "`\(key)` is a mapping, this is \(node.kind)", at: node.mark,
        fix: "write `\(key): \(example)`")
      return nil
    }
    return Fields(entries, at: mark, &problems)
  }

  /// A positive number with a unit of the dimension, in SI units.
  private static func quantity(
    _ node: Node, _ key: String, _ dimension: String, _ problems: inout ProblemList
  ) -> Double? {
    if let (number, unit) = text(node).flatMap(ScalarText.quantity),
      let value = UnitSystem.toSI(number, unit: unit, dimension: dimension),
      value > 0, value < 1e17
    {
      return value
    }
    problems.add(
      "`\(key)` is a number with a unit, this is `\(printable(text(node) ?? node.kind))`",
      at: node.mark, fix: "write \(ScalarText.example(of: dimension))")
    return nil
  }
}
