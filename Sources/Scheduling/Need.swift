import Base
import JobModel

/// What a lease takes while it is out.
struct Need: Hashable, Sendable {
  var cpus: Int
  var memory: ByteCount
  /// A part of one gpu, or some whole ones.
  var gpus: Amount
  /// Licences, named pools, and labels that are limited.
  var pools: [Pool: Amount]

  init(
    cpus: Int = 0, memory: ByteCount = .zero, gpus: Amount = .zero, pools: [Pool: Amount] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.pools = pools
  }

  /// What is taken of each gpu that a lease holds.
  var perGPU: Amount { min(gpus, .one) }
  /// How many gpus a lease holds, at least in part.
  var gpuCount: Int { (gpus.thousandths + 999) / 1000 }
}
