extension Migration {
  /// Who is told about a job, and the messages that are to be sent.
  static let notices = Migration(
    name: "0004-notices",
    sql: """
      CREATE TABLE notice_target (
        job        INTEGER NOT NULL REFERENCES job (id),
        target     INTEGER NOT NULL CHECK (target >= 0),
        way        TEXT NOT NULL,
        on_failure INTEGER NOT NULL CHECK (on_failure IN (0, 1)),
        on_end     INTEGER NOT NULL CHECK (on_end IN (0, 1)),
        PRIMARY KEY (job, target)
      ) STRICT, WITHOUT ROWID;

      -- Messages, written in the transaction of what they are about, kept until a target has them.
      CREATE TABLE notice (
        id         INTEGER PRIMARY KEY,
        event      TEXT NOT NULL,
        job        INTEGER NOT NULL,
        target     INTEGER NOT NULL,
        occasion   TEXT NOT NULL CHECK (occasion IN ('failure', 'end')),
        body       TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        due_at     INTEGER NOT NULL,
        tries      INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
        settled_at INTEGER,
        delivery   TEXT NOT NULL DEFAULT 'waiting'
          CHECK (delivery IN ('waiting', 'delivered', 'given_up')),
        error      TEXT,
        FOREIGN KEY (job, target) REFERENCES notice_target (job, target),
        CHECK ((settled_at IS NULL) = (delivery = 'waiting'))
      ) STRICT;
      -- The first failure is told once, however often a job is retried.
      CREATE UNIQUE INDEX notice_failure ON notice (job, target) WHERE occasion = 'failure';
      CREATE INDEX notice_job ON notice (job);
      CREATE INDEX notice_due ON notice (due_at) WHERE settled_at IS NULL;
      """)
}
