import Base
import JobModel

/// Room that is kept for the jobs of a project or with a label, from one moment to another.
package struct SlotReservation: Hashable, Sendable {
  package enum Holder: Hashable, Sendable {
    case project(ProjectName)
    case label(String)
  }

  package var name: String
  package var cpus: Int
  package var memory: ByteCount
  package var gpus: Int
  package var from: Instant
  package var until: Instant
  package var holder: Holder

  package init(
    name: String, cpus: Int, memory: ByteCount, gpus: Int = 0, from: Instant, until: Instant,
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

  func admits(project: ProjectName, labels: [String]) -> Bool {
    switch holder {
    case .project(let name): name == project
    case .label(let label): labels.contains(label)
    }
  }
}

/// A lease that may still be out at some moment, as reservations see it.
struct Tenant: Sendable {
  let need: Need
  let gpus: [Int]
  let project: ProjectName
  let labels: [String]
}

extension SlotReservation {
  /// What tasks of a job may take at a moment at which some reservations hold.
  ///
  /// Each reservation takes what is reserved, or what its own jobs use where that is more. A job inside
  /// one may use what that one has left, besides.
  static func room(
    of all: Room, held: [SlotReservation], tenants: [Tenant], project: ProjectName,
    labels: [String]
  ) -> Room {
    var room = all
    var inside = held.map { _ in Need() }
    for tenant in tenants {
      room.take(tenant.need, gpus: tenant.gpus)
      let home = held.firstIndex { $0.admits(project: tenant.project, labels: tenant.labels) }
      guard let home else { continue }
      inside[home].cpus += tenant.need.cpus
      inside[home].memory += tenant.need.memory
      inside[home].gpus += tenant.need.gpus
    }
    let own = held.firstIndex { $0.admits(project: project, labels: labels) }
    for (index, reservation) in held.enumerated() where index != own {
      let rest = Amount(reservation.gpus) - inside[index].gpus
      room.setAside(
        Need(
          cpus: max(0, reservation.cpus - inside[index].cpus),
          memory: max(.zero, reservation.memory - inside[index].memory),
          gpus: Amount(max(0, (rest.thousandths + 999) / 1000))))
    }
    return room
  }
}
