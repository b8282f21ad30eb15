extension Migration {
  /// What reports need beyond the queue: where an attempt ran, and how long the longest task took.
  static let reports = Migration(
    name: "0003-reports",
    sql: """
      -- Of an event `started`: the worker's place.
      ALTER TABLE event ADD COLUMN slot INTEGER;

      -- Wall time of the longest attempt.
      ALTER TABLE step ADD COLUMN longest REAL NOT NULL DEFAULT 0;
      """)
}
