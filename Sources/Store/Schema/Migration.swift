/// A step from one version of the schema to the next.
struct Migration {
  /// `0001-queue`: number and subject.
  let name: String
  let sql: String
}

extension Migration {
  /// Append only: one that has been released is never edited.
  static let all = [queue, policies, reports, notices, reuse, jobNeeds, demands, checks]
}
