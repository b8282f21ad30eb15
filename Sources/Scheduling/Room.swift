import Base
import JobModel

/// What is there for leases to take: all of an installation, what is free, or what may be used.
///
/// Gpus are kept one by one, because half of one and half of another are not a whole one. Amounts may
/// be negative where more is out than there is, as after a loss of capacity.
struct Room: Hashable, Sendable {
  var cpus: Int
  var memory: ByteCount
  /// What is left of each gpu, by index.
  var gpus: [Amount]
  var pools: [Pool: Amount]

  init(
    cpus: Int = 0, memory: ByteCount = .zero, gpus: [Amount] = [], pools: [Pool: Amount] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.pools = pools
  }

  init(_ capacity: Capacity) {
    self.init(
      cpus: capacity.cpus, memory: capacity.memory,
      gpus: [Amount](repeating: .one, count: capacity.gpus), pools: capacity.pools)
    for (label, most) in capacity.labelLimits { pools[.label(label)] = Amount(most) }
  }

  func fits(_ need: Need) -> Bool {
    need.cpus <= cpus && need.memory <= memory && fitsGPUs(need)
      && (need.pools.isEmpty
        || need.pools.allSatisfy { $0.value <= pools[$0.key, default: .zero] })
  }

  func fitsGPUs(_ need: Need) -> Bool {
    need.gpus == .zero || gpus.count { $0 >= need.perGPU } >= need.gpuCount
  }

  /// Whether anything at all can be taken: every task needs cpus and memory.
  var isUsable: Bool { cpus > 0 && memory > .zero }

  /// How many needs of this size can be met at the same time; at least 1.
  func multiples(of need: Need) -> Int {
    var most = cpus / max(1, need.cpus)
    if need.memory > .zero { most = min(most, Int(memory.bytes / need.memory.bytes)) }
    if need.gpus > .zero {
      let parts = gpus.reduce(0) { $0 + $1.thousandths / need.perGPU.thousandths }
      most = min(most, parts / need.gpuCount)
    }
    for (pool, amount) in need.pools where amount > .zero {
      most = min(most, pools[pool, default: .zero].thousandths / amount.thousandths)
    }
    return max(1, most)
  }

  // MARK: Taking

  /// The gpus for a need, those that are used most first, so that whole ones stay whole; fewer than it
  /// asks for where they do not suffice.
  func gpuIndices(for need: Need) -> [Int] {
    guard need.gpus > .zero else { return [] }
    let fitting = gpus.indices.filter { gpus[$0] >= need.perGPU }
    let order = fitting.sorted { gpus[$0] != gpus[$1] ? gpus[$0] < gpus[$1] : $0 < $1 }
    return order.prefix(need.gpuCount).sorted()
  }

  /// Takes a need, with the gpus of these indices; those that are not there (any more) do not count.
  mutating func take(_ need: Need, gpus indices: [Int]) {
    cpus -= need.cpus
    memory -= need.memory
    for index in indices where gpus.indices.contains(index) { gpus[index] -= need.perGPU }
    for (pool, amount) in need.pools { pools[pool, default: .zero] -= amount }
  }

  mutating func giveBack(_ need: Need, gpus indices: [Int]) {
    cpus += need.cpus
    memory += need.memory
    for index in indices where gpus.indices.contains(index) { gpus[index] += need.perGPU }
    for (pool, amount) in need.pools { pools[pool, default: .zero] += amount }
  }

  /// Takes a need from wherever it fits best. Where the gpus do not suffice, all of them are spoken for.
  mutating func setAside(_ need: Need) {
    let indices = gpuIndices(for: need)
    take(need, gpus: indices)
    guard indices.count < need.gpuCount else { return }
    for index in gpus.indices { gpus[index] = min(gpus[index], .zero) }
  }

  /// What is in this room and in another one.
  func common(_ other: Room) -> Room {
    var common = self
    common.cpus = min(cpus, other.cpus)
    common.memory = min(memory, other.memory)
    for index in gpus.indices {
      let others = other.gpus.indices.contains(index) ? other.gpus[index] : .zero
      common.gpus[index] = min(gpus[index], others)
    }
    for (pool, amount) in pools {
      common.pools[pool] = min(amount, other.pools[pool, default: .zero])
    }
    return common
  }
}
