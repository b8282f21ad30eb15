import Base
import JobModel
import Wire

extension Store {
  /// Messages that are due, the oldest first.
  package func dueNotices(at time: Timestamp, limit: Int) throws(KilnError) -> [PendingNotice] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT notice.id, event, occasion, notice.job, way, body, created_at, tries
        FROM notice JOIN notice_target AS t ON t.job = notice.job AND t.target = notice.target
        WHERE settled_at IS NULL AND due_at <= ?1 ORDER BY due_at, notice.id LIMIT ?2
        """, time, limit
      ) { (row) throws(DatabaseFailure) in
        PendingNotice(
          id: row.number(0), event: row.text(1), occasion: try row.occasion(2),
          job: JobID(row.number(3)), way: try JSONText.decode(NoticeTarget.Way.self, row.text(4)),
          body: row.text(5), createdAt: row.time(6), tries: row.integer(7))
      }
    }
  }

  /// When the next message is due; nil where none waits.
  package func nextNotice() throws(KilnError) -> Timestamp? {
    try read { (database) throws(DatabaseFailure) in
      try database.first("SELECT min(due_at) FROM notice WHERE settled_at IS NULL") {
        $0.optionalTime(0)
      } ?? nil
    }
  }

  /// Whether a message waits that was not tried this often yet.
  package func hasNotices(triedLessThan tries: Int) throws(KilnError) -> Bool {
    try read { (database) throws(DatabaseFailure) in
      try database.first(
        "SELECT EXISTS (SELECT 1 FROM notice WHERE settled_at IS NULL AND tries < ?1)", tries
      ) { $0.flag(0) } ?? false
    }
  }

  /// The messages about a job, in the order in which they came up.
  package func notices(_ job: JobID) throws(KilnError) -> [NoticeStatus] {
    try read { (database) throws(DatabaseFailure) in
      try database.rows(
        """
        SELECT event, occasion, way, delivery, tries, error
        FROM notice JOIN notice_target AS t ON t.job = notice.job AND t.target = notice.target
        WHERE notice.job = ?1 ORDER BY notice.id
        """, job
      ) { (row) throws(DatabaseFailure) in
        guard let delivery = NoticeStatus.Delivery(rawValue: row.text(3)) else {
          throw .unreadable("delivery \(row.text(3))")
        }
        let way = try JSONText.decode(NoticeTarget.Way.self, row.text(2))
        return NoticeStatus(
          event: row.text(0), occasion: try row.occasion(1), target: way.description,
          delivery: delivery, tries: row.integer(4), error: row.optionalText(5))
      }
    }
  }
}

extension Row {
  fileprivate func occasion(_ column: Int32) throws(DatabaseFailure) -> NoticeOccasion {
    guard let occasion = NoticeOccasion(rawValue: text(column)) else {
      throw .unreadable("occasion \(text(column))")
    }
    return occasion
  }
}
