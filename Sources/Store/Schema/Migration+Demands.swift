extension Migration {
  /// What users asked for when they had tasks run again; a later row of a task replaces an earlier one.
  static let demands = Migration(
    name: "0007-demands",
    sql: """
      CREATE TABLE task_demand (
        id          INTEGER PRIMARY KEY,
        job         INTEGER NOT NULL,
        step        INTEGER NOT NULL,
        first       INTEGER NOT NULL CHECK (first >= 1),
        last        INTEGER NOT NULL CHECK (last >= first),
        memory      INTEGER,
        time        REAL,
        memory_ends INTEGER NOT NULL CHECK (memory_ends >= 0),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT;
      CREATE INDEX task_demand_job ON task_demand (job, id);
      """)
}
