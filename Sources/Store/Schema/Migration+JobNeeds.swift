extension Migration {
  /// Jobs that wait for other jobs.
  static let jobNeeds = Migration(
    name: "0006-job-needs",
    sql: """
      -- How the other job ended is written down when it ends: its rows may go, these stay true.
      CREATE TABLE job_need (
        job       INTEGER NOT NULL REFERENCES job (id),
        upstream  INTEGER NOT NULL CHECK (upstream >= 1 AND upstream < job),
        condition TEXT NOT NULL CHECK (condition IN ('ok', 'not-ok', 'any', 'each')),
        settled   TEXT CHECK (settled IN ('succeeded', 'failed', 'cancelled')),
        PRIMARY KEY (job, upstream, condition)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX job_need_open ON job_need (upstream) WHERE settled IS NULL;
      """)
}
