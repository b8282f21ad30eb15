extension Migration {
  /// The checks of the rows that every job has, without `IN`: for a list of more than two words SQLite fills
  /// a table of its own, anew for each row, which took an eighth of the time of the thread that writes.
  ///
  /// From this version on, specifications and plans leave out what is at its default: an older Kiln could
  /// not read them, and finds a newer database instead.
  static let checks = Migration(
    name: "0008-checks",
    sql: """
      CREATE TABLE event_new (
        job     INTEGER NOT NULL REFERENCES job (id),
        seq     INTEGER NOT NULL CHECK (seq >= 1),
        at      INTEGER NOT NULL,
        kind    TEXT NOT NULL,
        step    INTEGER,
        first   INTEGER,
        last    INTEGER,
        attempt INTEGER,
        -- Of a task, or the state of a job that ended.
        reason  TEXT,
        message TEXT,
        -- Of an event `started`: the worker's place.
        slot    INTEGER,
        PRIMARY KEY (job, seq),
        CHECK ((step IS NULL) = (first IS NULL) AND (first IS NULL) = (last IS NULL)),
        CHECK (CASE kind
          WHEN 'submitted' THEN step IS NULL AND reason IS NULL AND attempt IS NULL
          WHEN 'held' THEN step IS NULL AND reason IS NULL AND attempt IS NULL
          WHEN 'released' THEN step IS NULL AND reason IS NULL AND attempt IS NULL
          WHEN 'started' THEN step IS NOT NULL AND reason IS NULL AND attempt IS NULL
          WHEN 'ended' THEN step IS NOT NULL AND reason IS NOT NULL AND attempt IS NULL
          WHEN 'retried' THEN step IS NOT NULL AND reason IS NOT NULL AND attempt IS NOT NULL
          WHEN 'jobEnded' THEN step IS NULL AND reason IS NOT NULL AND attempt IS NULL
          ELSE 0 END)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO event_new SELECT * FROM event;
      DROP TABLE event;
      ALTER TABLE event_new RENAME TO event;

      CREATE TABLE task_end_new (
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        first   INTEGER NOT NULL CHECK (first >= 1),
        last    INTEGER NOT NULL CHECK (last >= first),
        reason  TEXT NOT NULL CHECK (CASE reason
          WHEN 'succeeded' THEN 1 WHEN 'memory' THEN 1 WHEN 'time' THEN 1 WHEN 'lost' THEN 1
          WHEN 'cancelled' THEN 1 WHEN 'deadline' THEN 1 WHEN 'preempted' THEN 1
          WHEN 'refused' THEN 1
          ELSE reason GLOB 'failed(*)' OR reason GLOB 'signalled(*)' END),
        attempt INTEGER NOT NULL CHECK (attempt >= 0),
        message TEXT,
        wall    REAL NOT NULL,
        cpu     REAL NOT NULL,
        peak    INTEGER NOT NULL,
        PRIMARY KEY (job, step, first),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO task_end_new SELECT * FROM task_end;
      DROP TABLE task_end;
      ALTER TABLE task_end_new RENAME TO task_end;

      -- Others refer to jobs: these references hold again at the end of the transaction.
      PRAGMA defer_foreign_keys = ON;
      CREATE TABLE job_before AS SELECT * FROM job;
      DROP TABLE job;
      CREATE TABLE job (
        id           INTEGER PRIMARY KEY CHECK (id >= 1),
        project      INTEGER NOT NULL REFERENCES project (id),
        name         TEXT NOT NULL,
        key          TEXT,
        digest       TEXT NOT NULL CHECK (length(digest) = 64),
        priority     INTEGER NOT NULL,
        is_held      INTEGER NOT NULL CHECK (is_held IN (0, 1)),
        submitted_at INTEGER NOT NULL,
        started_at   INTEGER,
        ended_at     INTEGER,
        end_state    TEXT CHECK (CASE end_state
          WHEN 'succeeded' THEN 1 WHEN 'failed' THEN 1 WHEN 'cancelled' THEN 1
          ELSE end_state IS NULL END),
        CHECK ((ended_at IS NULL) = (end_state IS NULL))
      ) STRICT;
      INSERT INTO job SELECT * FROM job_before;
      DROP TABLE job_before;
      CREATE UNIQUE INDEX job_key ON job (project, key) WHERE key IS NOT NULL;
      CREATE INDEX job_project ON job (project, id);
      CREATE INDEX job_live ON job (id) WHERE end_state IS NULL;
      """)
}
