extension Migration {
  /// Projects, jobs, and what became of their tasks.
  ///
  /// Tasks have no rows of their own: `task_end` holds ranges that ended alike, `lease` those that
  /// are out, and every other task of a step has yet to run. All rows belong to a project through
  /// their job.
  static let queue = Migration(
    name: "0001-queue",
    sql: """
      CREATE TABLE project (
        id   INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK (name <> '')
      ) STRICT;
      INSERT INTO project (name) VALUES ('main');

      -- The largest epoch ever granted: leases that are over leave no row.
      CREATE TABLE counter (
        id         INTEGER PRIMARY KEY CHECK (id = 1),
        last_epoch INTEGER NOT NULL CHECK (last_epoch >= 0)
      ) STRICT;
      INSERT INTO counter (id, last_epoch) VALUES (1, 0);

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
        end_state    TEXT CHECK (end_state IN ('succeeded', 'failed', 'cancelled')),
        CHECK ((ended_at IS NULL) = (end_state IS NULL))
      ) STRICT;
      CREATE UNIQUE INDEX job_key ON job (project, key) WHERE key IS NOT NULL;
      CREATE INDEX job_project ON job (project, id);
      CREATE INDEX job_live ON job (id) WHERE end_state IS NULL;

      -- What was submitted, apart from the job so that listings do not read past it.
      CREATE TABLE submission (
        job       INTEGER PRIMARY KEY REFERENCES job (id),
        file_name TEXT NOT NULL,
        source    TEXT NOT NULL,
        spec      TEXT NOT NULL,
        files     TEXT NOT NULL,
        plan      TEXT NOT NULL
      ) STRICT;

      CREATE TABLE step (
        job       INTEGER NOT NULL REFERENCES job (id),
        step      INTEGER NOT NULL CHECK (step >= 0),
        name      TEXT NOT NULL,
        tasks     INTEGER NOT NULL CHECK (tasks >= 1),
        has_needs INTEGER NOT NULL CHECK (has_needs IN (0, 1)),
        succeeded INTEGER NOT NULL DEFAULT 0 CHECK (succeeded >= 0),
        failed    INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
        cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
        wall      REAL NOT NULL DEFAULT 0,
        cpu       REAL NOT NULL DEFAULT 0,
        peak      INTEGER NOT NULL DEFAULT 0,
        -- The longest range of a publication: bounds the search for those that hold a task.
        span      INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (job, step),
        CHECK (succeeded + failed + cancelled <= tasks)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE lease (
        epoch    INTEGER PRIMARY KEY CHECK (epoch >= 1),
        slot     INTEGER NOT NULL UNIQUE CHECK (slot >= 1),
        job      INTEGER NOT NULL,
        step     INTEGER NOT NULL,
        first    INTEGER NOT NULL CHECK (first >= 1),
        last     INTEGER NOT NULL CHECK (last >= first),
        attempts TEXT NOT NULL,
        is_fresh INTEGER NOT NULL CHECK (is_fresh IN (0, 1)),
        cpus     INTEGER NOT NULL,
        memory   INTEGER NOT NULL,
        worker   TEXT,
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT;

      -- Ended tasks; neighbours that ended alike share a row, usage is the sum over them.
      -- Attempt 0: never executed.
      CREATE TABLE task_end (
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        first   INTEGER NOT NULL CHECK (first >= 1),
        last    INTEGER NOT NULL CHECK (last >= first),
        reason  TEXT NOT NULL CHECK (
          reason IN ('succeeded', 'memory', 'time', 'lost', 'cancelled', 'refused')
          OR reason GLOB 'failed(*)' OR reason GLOB 'signalled(*)'),
        attempt INTEGER NOT NULL CHECK (attempt >= 0),
        message TEXT,
        wall    REAL NOT NULL,
        cpu     REAL NOT NULL,
        peak    INTEGER NOT NULL,
        PRIMARY KEY (job, step, first),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;

      -- Attempts that another one followed.
      CREATE TABLE task_retry (
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        task    INTEGER NOT NULL CHECK (task >= 1),
        attempt INTEGER NOT NULL CHECK (attempt >= 1),
        reason  TEXT NOT NULL CHECK (
          reason IN ('memory', 'time', 'lost', 'cancelled')
          OR reason GLOB 'failed(*)' OR reason GLOB 'signalled(*)'),
        message TEXT,
        wall    REAL NOT NULL,
        cpu     REAL NOT NULL,
        peak    INTEGER NOT NULL,
        PRIMARY KEY (job, step, task, attempt),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;

      -- Tasks whose cancel was asked for while a lease held them.
      CREATE TABLE cancel_ask (
        job   INTEGER NOT NULL,
        step  INTEGER NOT NULL,
        first INTEGER NOT NULL CHECK (first >= 1),
        last  INTEGER NOT NULL CHECK (last >= first),
        PRIMARY KEY (job, step, first),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT, WITHOUT ROWID;

      -- Deliveries that took effect; path is null where nothing was written.
      CREATE TABLE publication (
        epoch   INTEGER PRIMARY KEY CHECK (epoch >= 1),
        job     INTEGER NOT NULL,
        step    INTEGER NOT NULL,
        first   INTEGER NOT NULL CHECK (first >= 1),
        last    INTEGER NOT NULL CHECK (last >= first),
        path    TEXT,
        size    INTEGER NOT NULL CHECK (size >= 0),
        records INTEGER NOT NULL CHECK (records >= 0),
        FOREIGN KEY (job, step) REFERENCES step (job, step)
      ) STRICT;
      CREATE INDEX publication_task ON publication (job, step, first) WHERE path IS NOT NULL;

      CREATE TABLE event (
        job     INTEGER NOT NULL REFERENCES job (id),
        seq     INTEGER NOT NULL CHECK (seq >= 1),
        at      INTEGER NOT NULL,
        kind    TEXT NOT NULL CHECK (kind IN (
          'submitted', 'held', 'released', 'started', 'ended', 'retried', 'jobEnded')),
        step    INTEGER,
        first   INTEGER,
        last    INTEGER,
        attempt INTEGER,
        -- Of a task, or the state of a job that ended.
        reason  TEXT,
        message TEXT,
        PRIMARY KEY (job, seq),
        CHECK ((kind IN ('started', 'ended', 'retried')) = (step IS NOT NULL)),
        CHECK ((step IS NULL) = (first IS NULL) AND (first IS NULL) = (last IS NULL)),
        CHECK ((kind IN ('ended', 'retried', 'jobEnded')) = (reason IS NOT NULL)),
        CHECK ((kind = 'retried') = (attempt IS NOT NULL))
      ) STRICT, WITHOUT ROWID;

      CREATE VIEW job_row AS
      SELECT job.id AS id, job.name AS name, project.name AS project_name, job.project AS project,
        job.priority AS priority, job.submitted_at AS submitted_at, job.started_at AS started_at,
        job.ended_at AS ended_at, job.end_state AS end_state,
        CASE
          WHEN job.end_state IS NOT NULL THEN job.end_state
          WHEN job.is_held = 1 AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.job = job.id)
            THEN 'held'
          WHEN job.started_at IS NOT NULL THEN 'running'
          ELSE 'queued'
        END AS state
      FROM job JOIN project ON project.id = job.project;
      """)
}
