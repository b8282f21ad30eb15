extension Migration {
  /// Gpus of leases, reasons that policies have, and reservations.
  static let policies = Migration(
    name: "0002-policies",
    sql: """
      ALTER TABLE lease ADD COLUMN gpus TEXT NOT NULL DEFAULT '';

      -- A check cannot be altered: the tables are written anew with what they hold.
      CREATE TABLE task_end_new (
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        first   INTEGER NOT NULL CHECK (first >= 1),
        last    INTEGER NOT NULL CHECK (last >= first),
        reason  TEXT NOT NULL CHECK (
          reason IN ('succeeded', 'memory', 'time', 'lost', 'cancelled', 'deadline', 'preempted',
            'refused')
          OR reason GLOB 'failed(*)' OR reason GLOB 'signalled(*)'),
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

      CREATE TABLE task_retry_new (
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        task    INTEGER NOT NULL CHECK (task >= 1),
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        reason  TEXT NOT NULL CHECK (
          reason IN ('memory', 'time', 'lost', 'cancelled', 'deadline', 'preempted')
          OR reason GLOB 'failed(*)' OR reason GLOB 'signalled(*)'),
        message TEXT,
        wall    REAL NOT NULL,
        cpu     REAL NOT NULL,
        peak    INTEGER NOT NULL,
        PRIMARY KEY (job, step, task, attempt),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO task_retry_new SELECT * FROM task_retry;
      DROP TABLE task_retry;
      ALTER TABLE task_retry_new RENAME TO task_retry;

      CREATE TABLE reservation (
        name     TEXT PRIMARY KEY CHECK (name <> ''),
        cpus     INTEGER NOT NULL CHECK (cpus >= 0),
        memory   INTEGER NOT NULL CHECK (memory >= 0),
        gpus     INTEGER NOT NULL CHECK (gpus >= 0),
        from_at  INTEGER NOT NULL,
        until_at INTEGER NOT NULL CHECK (until_at > from_at),
        -- Whose jobs it is for: one of the two.
        project  TEXT,
        label    TEXT,
        CHECK ((project IS NULL) <> (label IS NULL))
      ) STRICT, WITHOUT ROWID;
      """)
}
