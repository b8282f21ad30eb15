import Base

/// What a server offers to tasks, as far as its settings say so.
package struct ServerResources: Hashable, Sendable {
  /// Nil, here and in the next two: what the machine has.
  package var cpus: Int?
  package var memory: ByteCount?
  package var gpus: Int?
  /// Licence name to how many there are.
  package var licences: [String: Int]
  package var pools: [String: Amount]
  /// At most so many tasks of jobs with the label run at once.
  package var labelLimits: [String: Int]

  package init(
    cpus: Int? = nil, memory: ByteCount? = nil, gpus: Int? = nil, licences: [String: Int] = [:],
    pools: [String: Amount] = [:], labelLimits: [String: Int] = [:]
  ) {
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.licences = licences
    self.pools = pools
    self.labelLimits = labelLimits
  }

  /// These settings where they say something, and otherwise those of `others`, name by name.
  package func over(_ others: ServerResources) -> ServerResources {
    ServerResources(
      cpus: cpus ?? others.cpus, memory: memory ?? others.memory, gpus: gpus ?? others.gpus,
      licences: others.licences.merging(licences) { $1 },
      pools: others.pools.merging(pools) { $1 },
      labelLimits: others.labelLimits.merging(labelLimits) { $1 })
  }
}
