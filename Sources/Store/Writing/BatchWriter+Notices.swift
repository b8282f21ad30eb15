import Base
import JobModel
import Wire

/// Messages about jobs: who wants them, and what is put into the outbox.
extension BatchWriter {
  func addTargets(_ job: JobRecord) throws(DatabaseFailure) {
    for (index, target) in job.notify.enumerated() {
      try database.run(
        """
        INSERT INTO notice_target (job, target, way, on_failure, on_end)
        VALUES (?1, ?2, ?3, ?4, ?5)
        """, job.id, index, JSONText.encode(target.way), target.occasions.contains(.failure),
        target.occasions.contains(.end))
    }
  }

  /// Writes the messages of this turn, once the counts of steps are up to date.
  mutating func writeNotices() throws(DatabaseFailure) {
    for job in failedJobs.sorted() { try writeNotices(job, .failure) }
    for job in endedJobs.sorted() { try writeNotices(job, .end) }
  }

  private mutating func writeNotices(_ job: JobID, _ occasion: NoticeOccasion)
    throws(DatabaseFailure)
  {
    let isFailure = occasion == .failure
    let targets = try database.rows(
      """
      SELECT target FROM notice_target WHERE job = ?1
        AND CASE WHEN ?2 THEN on_failure = 1 AND NOT EXISTS (
          SELECT 1 FROM notice WHERE notice.job = ?1 AND occasion = 'failure'
            AND notice.target = notice_target.target)
        ELSE on_end = 1 END
      ORDER BY target
      """, job, isFailure
    ) { $0.integer(0) }
    guard !targets.isEmpty else { return }
    hasWrittenNotices = true
    guard let row = try database.first("SELECT lower(hex(randomblob(16)))", read: { $0.text(0) })
    else { throw .unreadable("no random number") }
    let event = "kiln-\(row)"
    let body = try NoticeBody(database: database, job: job).json(event, occasion, at: batch.at)
    for target in targets {
      try database.run(
        """
        INSERT INTO notice (event, job, target, occasion, body, created_at, due_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
        """, event, job, target, occasion.rawValue, body, batch.at)
    }
  }

  func settle(_ settlement: NoticeSettlement) throws(DatabaseFailure) {
    switch settlement.outcome {
    case .delivered: try settle(settlement.id, .delivered, nil)
    case .givenUp(let error): try settle(settlement.id, .givenUp, error)
    case .failed(let error, let retryAt):
      try database.run(
        """
        UPDATE notice SET tries = tries + 1, error = ?2, due_at = ?3
        WHERE id = ?1 AND settled_at IS NULL
        """, settlement.id, error, retryAt)
    }
  }

  private func settle(_ id: Int64, _ delivery: NoticeStatus.Delivery, _ error: String?)
    throws(DatabaseFailure)
  {
    try database.run(
      """
      UPDATE notice SET tries = tries + 1, delivery = ?2, error = ?3, settled_at = ?4
      WHERE id = ?1 AND settled_at IS NULL
      """, id, delivery.rawValue, error, batch.at)
  }
}

/// What a message says about a job, as it stands in the transaction.
private struct NoticeBody {
  let database: Connection
  let job: JobID

  /// At most so many ends without success are listed, each with so much of its message.
  private static let failuresMax = 10
  private static let messageMax = 500

  func json(_ event: String, _ occasion: NoticeOccasion, at time: Timestamp)
    throws(DatabaseFailure) -> String
  {
    guard let found = try StoredSummary.read(job, from: database) else {
      throw .unreadable("no job \(job)")
    }
    let failures = try database.rows(
      """
      SELECT task_end.step, step.name, first, last, reason, message FROM task_end
      JOIN step ON step.job = task_end.job AND step.step = task_end.step
      WHERE task_end.job = ?1 AND reason NOT IN ('succeeded', 'cancelled')
      ORDER BY task_end.step, first LIMIT ?2
      """, job, NoticeBody.failuresMax
    ) { row in
      (
        step: row.text(1), first: row.integer(2), last: row.integer(3), reason: row.text(4),
        message: row.optionalText(5)
      )
    }
    var out = JSONWriter()
    out.beginObject()
    out.member("schema", "kiln.event/1")
    out.member("id", event)
    out.member("event", occasion.eventName)
    out.member("at", time.spelled)
    out.key("job")
    write(found.summary, to: &out)
    out.key("usage")
    write(found.usage, to: &out)
    out.key("failures")
    out.beginArray()
    for failure in failures {
      out.beginObject()
      out.member("step", failure.step)
      out.member("first", failure.first)
      out.member("last", failure.last)
      out.member("reason", failure.reason)
      out.member("message", failure.message.map { String($0.prefix(NoticeBody.messageMax)) })
      out.endObject()
    }
    out.endArray()
    out.endObject()
    return String(decoding: out.bytes, as: UTF8.self)
  }

  private func write(_ summary: JobSummary, to out: inout JSONWriter) {
    out.beginObject()
    out.member("id", Int(summary.id.number))
    out.member("name", summary.name)
    out.member("project", summary.project.text)
    out.member("state", summary.state.rawValue)
    out.member("submitted", summary.submittedAt.spelled)
    out.member("started", summary.startedAt?.spelled)
    out.member("ended", summary.endedAt?.spelled)
    out.key("tasks")
    out.beginObject()
    out.member("total", summary.counts.total)
    out.member("succeeded", summary.counts.succeeded)
    out.member("failed", summary.counts.failed)
    out.member("cancelled", summary.counts.cancelled)
    out.endObject()
    out.endObject()
  }

  private func write(_ usage: Usage, to out: inout JSONWriter) {
    out.beginObject()
    out.key("wall_seconds")
    out.number(usage.wall.value)
    out.key("cpu_seconds")
    out.number(usage.cpu.value)
    out.member("peak_memory_bytes", Int(usage.peakMemory.bytes))
    out.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ value: Int) {
    key(name)
    integer(value)
  }

  fileprivate mutating func member(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }
}
