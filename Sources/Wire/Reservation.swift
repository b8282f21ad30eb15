import Base
import JobModel

/// Room that is kept for the jobs of a project or with a label; `POST /v1/reservations`.
package struct Reservation: Hashable, Sendable, Codable {
  package var name: String
  package var cpus: Int
  package var memory: ByteCount
  package var gpus: Int
  package var from: Timestamp
  package var until: Timestamp
  package var holder: Holder

  /// Whose jobs it is for.
  package enum Holder: Hashable, Sendable, Codable {
    case project(ProjectName)
    case label(String)
  }

  package init(
    name: String, cpus: Int, memory: ByteCount, gpus: Int, from: Timestamp, until: Timestamp,
    holder: Holder
  ) {
    self.name = name
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
    self.from = from
    self.until = until
    self.holder = holder
  }
}

/// A licence, a named pool or a limited label with how much of it there is; in `GET /v1/server`.
package struct PoolUse: Hashable, Sendable, Codable {
  /// `licence nastran`, `pool tokens`, `label nightly`.
  package var name: String
  package var total: Amount
  package var busy: Amount

  package init(name: String, total: Amount, busy: Amount) {
    self.name = name
    self.total = total
    self.busy = busy
  }
}
