import Base

/// Amounts of everything that leases compete for: what is needed, used, free or reserved.
struct Amounts: Hashable, Sendable {
  var cpus: Int
  var memory: ByteCount
  var licences: [String: Int]

  init(cpus: Int = 0, memory: ByteCount = .zero, licences: [String: Int] = [:]) {
    self.cpus = cpus
    self.memory = memory
    self.licences = licences
  }

  init(_ capacity: Capacity) {
    self.init(cpus: capacity.cpus, memory: capacity.memory, licences: capacity.licences)
  }

  func covers(_ need: Amounts) -> Bool {
    need.cpus <= cpus && need.memory <= memory
      && (need.licences.isEmpty
        || need.licences.allSatisfy { $0.value <= licences[$0.key, default: 0] })
  }

  /// How many needs of this size can be met at the same time; at least 1.
  func multiples(of need: Amounts) -> Int {
    var most = cpus / max(1, need.cpus)
    if need.memory > .zero { most = min(most, Int(memory.bytes / need.memory.bytes)) }
    for (name, count) in need.licences where count > 0 {
      most = min(most, licences[name, default: 0] / count)
    }
    return max(1, most)
  }

  /// Whether anything at all can be met: every task needs cpus and memory.
  var leavesRoom: Bool { cpus > 0 && memory > .zero }

  static func += (a: inout Amounts, b: Amounts) {
    a.cpus += b.cpus
    a.memory += b.memory
    for (name, count) in b.licences { a.licences[name, default: 0] += count }
  }

  static func -= (a: inout Amounts, b: Amounts) {
    a.cpus -= b.cpus
    a.memory -= b.memory
    for (name, count) in b.licences { a.licences[name, default: 0] -= count }
  }

  static func + (a: Amounts, b: Amounts) -> Amounts {
    var sum = a
    sum += b
    return sum
  }

  static func - (a: Amounts, b: Amounts) -> Amounts {
    var difference = a
    difference -= b
    return difference
  }
}
