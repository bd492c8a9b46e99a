-- What becomes of a certificate after its issue.

-- Who renewed whom, asked from the predecessor's side.
CREATE INDEX certificate_predecessor ON certificate (predecessor) WHERE predecessor IS NOT NULL;

-- Names of [deploy.NAME] in the settings, one a line: where this certificate is brought, beside its profile's.
ALTER TABLE certificate ADD COLUMN deployments TEXT;

-- Predecessors that `crl --if-due` revokes as superseded when their time has come.
CREATE TABLE planned_revocation (
    certificate INTEGER PRIMARY KEY REFERENCES certificate (id),
    delay_seconds INTEGER NOT NULL, -- counted from the successor's last delivery
    revoke_at INTEGER NOT NULL      -- not before this, and not while a delivery of the successor is outstanding
) STRICT;

CREATE INDEX planned_revocation_time ON planned_revocation (revoke_at);

-- What was to be told of a certificate, or brought somewhere, and has not arrived: removed once it has.
CREATE TABLE delivery (
    certificate INTEGER NOT NULL REFERENCES certificate (id),
    target TEXT NOT NULL,           -- "exec:COMMAND", "deploy:NAME"
    certificate_file TEXT NOT NULL, -- absolute
    key_file TEXT,                  -- absolute; NULL where the key is elsewhere
    tried_at INTEGER,               -- NULL: never
    problem TEXT,                   -- of the last try
    PRIMARY KEY (certificate, target)
) STRICT, WITHOUT ROWID;

-- Commands that a timer runs and that did not succeed the last time; removed by the next success.
CREATE TABLE failed_job (
    command TEXT PRIMARY KEY NOT NULL, -- "crl", "renew"
    since INTEGER NOT NULL,
    last INTEGER NOT NULL,
    problem TEXT NOT NULL
) STRICT, WITHOUT ROWID;
