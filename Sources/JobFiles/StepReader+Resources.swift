import JobModel

extension StepReader {
  /// `resources`; what is not given comes from the defaults.
  func resources(_ node: Node?) -> Resources {
    var resources = defaults.resources
    guard let node,
      let section = Section(
        node, "`resources`", keys: Grammar.resources,
        example: "resources: {cpus: 2, memory: 4 GiB}",
        report: report)
    else { return resources }
    if let cpus = section["cpus"].flatMap({ fields.integer($0, "`cpus`", 1...4096) }) {
      resources.cpus = cpus
    }
    if let memory = section["memory"].flatMap({ fields.bytes($0, "`memory`") }) {
      resources.memory = memory
    }
    if let time = section["time"].flatMap({ fields.duration($0, "`time`") }) {
      resources.time = time
    }
    if let licences = section["licences"] { resources.licences = self.licences(licences) }
    if let gpus = section["gpus"].flatMap({ self.gpus($0) }) { resources.gpus = gpus }
    if let pools = section["pools"] { resources.pools = self.pools(pools) }
    return resources
  }

  /// A part of one gpu, or some whole ones: one and a half cannot be handed out.
  private func gpus(_ node: Node) -> Amount? {
    guard let gpus = fields.amount(node, "`gpus`", most: 1024) else { return nil }
    if gpus < .one || gpus.isWhole { return gpus }
    report.add(
      "`gpus` must be a part of one gpu or a whole number\(fields.notThis(node))", at: node.mark,
      fix: "write `gpus: 0.5` or `gpus: 2`")
    return nil
  }

  private func pools(_ node: Node) -> [String: Amount] {
    var pools: [String: Amount] = [:]
    for entry in names(node, "`pools`", of: "a pool", example: "pools: {tokens: 0.5}") {
      pools[entry.key] = fields.amount(entry.value, "`\(entry.key)`", most: 1_000_000)
    }
    return pools
  }

  private func licences(_ node: Node) -> [String: Int] {
    var licences: [String: Int] = [:]
    for entry in names(node, "`licences`", of: "a licence", example: "licences: {nastran: 1}") {
      licences[entry.key] = fields.integer(entry.value, "`\(entry.key)`", 1...1_000_000)
    }
    return licences
  }

  /// `retry`: `never`, or further attempts by reason.
  func retry(_ node: Node?) -> RetryPolicy {
    guard let node else { return defaults.retry }
    if case .scalar("never", _) = node.kind { return .never }
    if case .scalar = node.kind {
      report.add(
        "`retry` must be `never` or a mapping\(fields.notThis(node))", at: node.mark,
        fix: "write `retry: {lost: 3, failed: 1}`")
      return defaults.retry
    }
    guard
      let section = Section(
        node, "`retry`", keys: Grammar.retry, example: "retry: {lost: 3, failed: 1}", report: report
      )
    else { return defaults.retry }
    var limits = RetryLimits()
    if let count = attempts(section, "lost") { limits.lost = count }
    if let failed = section["failed"] { retryFailures(failed, &limits) }
    if let count = attempts(section, "signalled") { limits.signalled = count }
    if let count = attempts(section, "time") { limits.time = count }
    if let memory = section["memory"] { retryMemory(memory, &limits) }
    limits.wait = section["wait"].flatMap { fields.duration($0, "`wait`") }
    return .limited(limits)
  }

  private func attempts(_ section: Section, _ key: String) -> Int? {
    section[key].flatMap { fields.integer($0, "`\(key)`", 0...1000) }
  }

  private func retryFailures(_ node: Node, _ limits: inout RetryLimits) {
    guard case .mapping = node.kind else {
      limits.failed = fields.integer(node, "`failed`", 0...1000) ?? 0
      return
    }
    guard
      let section = Section(
        node, "`failed`", keys: Grammar.failureRetry,
        example: "failed: {times: 2, exit_codes: [75]}",
        report: report)
    else { return }
    limits.failed = attempts(section, "times") ?? 1
    guard let codes = section["exit_codes"],
      let items = fields.list(codes, "`exit_codes`", example: { "[\($0)]" })
    else { return }
    limits.exitCodes = Set(items.compactMap { fields.integer($0, "an exit code", 1...255) })
  }

  private func retryMemory(_ node: Node, _ limits: inout RetryLimits) {
    guard case .mapping = node.kind else {
      limits.memory = fields.integer(node, "`memory`", 0...1000) ?? 0
      return
    }
    guard
      let section = Section(
        node, "`memory`", keys: Grammar.memoryRetry, example: "memory: {times: 2, grow: 1.5}",
        report: report)
    else { return }
    limits.memory = attempts(section, "times") ?? 1
    if let grow = section["grow"].flatMap({ fields.number($0, "`grow`", 1...16) }) {
      limits.memoryGrowth = grow
    }
  }
}
