extension Migration {
  /// What results can be found by, and which tasks take theirs from an earlier job.
  static let reuse = Migration(
    name: "0005-reuse",
    sql: """
      -- Of everything about a step that its results depend on, but for the values at its points.
      ALTER TABLE step ADD COLUMN reuse_key TEXT;
      ALTER TABLE step ADD COLUMN reused INTEGER NOT NULL DEFAULT 0 CHECK (reused >= 0);
      CREATE INDEX step_reuse ON step (reuse_key, job) WHERE reuse_key IS NOT NULL;
      -- What the worker computed with; a result of another program is not reused.
      ALTER TABLE publication ADD COLUMN program TEXT;

      -- The source is always a task that was executed, never one that was reused itself. Its rows
      -- outlive those that name it.
      CREATE TABLE reuse (
        job          INTEGER NOT NULL,
        step         INTEGER NOT NULL,
        first        INTEGER NOT NULL CHECK (first >= 1),
        last         INTEGER NOT NULL CHECK (last >= first),
        source_job   INTEGER NOT NULL,
        source_step  INTEGER NOT NULL,
        source_first INTEGER NOT NULL CHECK (source_first >= 1),
        PRIMARY KEY (job, step, first),
        FOREIGN KEY (job, step) REFERENCES step (job, step),
        FOREIGN KEY (source_job, source_step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX reuse_source ON reuse (source_job, source_step);
      """)
}
