import Base
import JobModel
import Wire

/// A change of the reservations, written with the batch of a turn.
package enum ReservationChange: Hashable, Sendable {
  /// One of the same name is replaced.
  case add(Reservation)
  case remove(name: String)
}

extension BatchWriter {
  func write(_ change: ReservationChange) throws(DatabaseFailure) {
    // What is over is of no use to anybody.
    try database.run("DELETE FROM reservation WHERE until_at <= ?1", batch.at)
    switch change {
    case .add(let reservation):
      var project: ProjectName?
      var label: String?
      switch reservation.holder {
      case .project(let name): project = name
      case .label(let name): label = name
      }
      try database.run(
        """
        INSERT OR REPLACE INTO reservation
          (name, cpus, memory, gpus, from_at, until_at, project, label)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """, reservation.name, reservation.cpus, reservation.memory, reservation.gpus,
        reservation.from, reservation.until, project, label)
    case .remove(let name): try database.run("DELETE FROM reservation WHERE name = ?1", name)
    }
  }
}

extension Store {
  /// Those that are not over at `time`, earliest first.
  package func reservations(at time: Timestamp) throws(KilnError) -> [Reservation] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT name, cpus, memory, gpus, from_at, until_at, project, label FROM reservation
        WHERE until_at > ?1 ORDER BY from_at, name
        """, time
      ) { row in
        let label = row.optionalText(7)
        return Reservation(
          name: row.text(0), cpus: row.integer(1), memory: ByteCount(row.number(2)),
          gpus: row.integer(3), from: row.time(4), until: row.time(5),
          holder: label.map { .label($0) } ?? .project(ProjectName(row.text(6))))
      }
    }
  }
}
