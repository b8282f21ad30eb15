import Base
import JobModel
import Wire

/// The listing of jobs.
enum JobTable {
  static func table(_ jobs: [JobSummary], now: Timestamp) -> Table {
    var table = Table([
      Column("id"), Column("name", isElastic: true), Column("state"), Column("tasks"),
      Column("done"), Column("running", isOptional: true), Column("failed"), Column("submitted"),
      Column("duration"),
      Column("project", isOptional: true),
    ])
    for job in jobs {
      table.add(
        [
          .integer(job.id.number), .text(job.name), .text(job.state.rawValue),
          .integer(Int64(job.counts.total)), .integer(Int64(job.counts.ended)),
          .integer(Int64(job.counts.running)),
          .integer(Int64(job.counts.failed)), .time(job.submittedAt), duration(job, now: now),
          .text(job.project.text),
        ], .of(job.state))
    }
    return table
  }

  /// From the first start to the end, or to now.
  private static func duration(_ job: JobSummary, now: Timestamp) -> Cell {
    job.startedAt.map { .span(span(from: $0, to: job.endedAt ?? now)) } ?? .empty
  }
}

/// Between two times of the wall clock, never negative.
func span(from start: Timestamp, to end: Timestamp) -> Seconds {
  Seconds(Double(max(0, end.milliseconds - start.milliseconds)) / 1000)
}
