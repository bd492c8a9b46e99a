-- What a CA remembers. Never edited after release: what changes later is a file of its own.
--
-- Sizes are part of the design: all that a certificate costs here, indexes and audit entries too, is at most
-- twice its DER. Hence words that repeat are numbers (word), nothing is stored twice, and the DER, which comes
-- later than its row, has a table of its own: rows that grow after their insertion would leave pages half empty.
--
-- Times are seconds since 1970 UTC. Serials are unsigned octets. Lists are text, one value a line.

-- One row for each numbered file that was run.
CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY
) STRICT;

-- Texts that repeat in every row: profiles, and the commands, actors and events of the audit log.
CREATE TABLE word (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE issuer (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    parent INTEGER REFERENCES issuer (id),
    issues INTEGER NOT NULL CHECK (issues IN (0, 1)),
    certificate BLOB NOT NULL,
    spki_sha256 BLOB NOT NULL CHECK (length(spki_sha256) = 32),
    -- Counts what changed what its CRL must say: see crl.changes.
    changes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE certificate (
    id INTEGER PRIMARY KEY,
    issuer INTEGER NOT NULL REFERENCES issuer (id),
    serial BLOB NOT NULL CHECK (length(serial) BETWEEN 1 AND 20), -- RFC 5280 4.1.2.2
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),         -- pending, valid, revoked, held
    profile INTEGER NOT NULL REFERENCES word (id),
    name TEXT NOT NULL COLLATE NOCASE,
    -- 1: no other row of this profile may have this name. NULL, which a UNIQUE index takes for different from
    -- every other, where the row claims nothing or has let go.
    holds_name INTEGER CHECK (holds_name = 1),
    subject TEXT NOT NULL,
    sans TEXT,
    ous TEXT,
    bindings TEXT,
    labels TEXT, -- key=value
    owner TEXT,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    spki_sha256 BLOB NOT NULL CHECK (length(spki_sha256) = 32),
    predecessor INTEGER REFERENCES certificate (id)
) STRICT;

CREATE UNIQUE INDEX certificate_serial ON certificate (serial, issuer);
CREATE UNIQUE INDEX certificate_name ON certificate (name, profile, holds_name);
CREATE INDEX certificate_not_after ON certificate (not_after);
-- Valid ones are nearly all: nobody looks for them through an index.
CREATE INDEX certificate_state ON certificate (state) WHERE state <> 1;

CREATE TABLE certificate_der (
    certificate INTEGER PRIMARY KEY REFERENCES certificate (id),
    der BLOB NOT NULL
) STRICT;

-- Where to find SANs, OUs, labels, owners and fingerprints: the first 8 octets of a SHA-256 over kind and value
-- stand for the value, so that a long name costs no more than a short one. Who searches compares the row.
CREATE TABLE certificate_search (
    key INTEGER NOT NULL,
    certificate INTEGER NOT NULL REFERENCES certificate (id),
    PRIMARY KEY (key, certificate)
) STRICT, WITHOUT ROWID;

-- Revoked and held. A CRL is one range of this table and needs no other.
CREATE TABLE revocation (
    issuer INTEGER NOT NULL,
    serial BLOB NOT NULL,
    not_after INTEGER NOT NULL, -- the certificate's
    revoked_at INTEGER NOT NULL,
    reason INTEGER NOT NULL CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10)), -- RFC 5280 5.3.1
    invalidity_date INTEGER,
    PRIMARY KEY (issuer, serial),
    FOREIGN KEY (serial, issuer) REFERENCES certificate (serial, issuer)
) STRICT, WITHOUT ROWID;

-- Keys that nobody certifies again.
CREATE TABLE compromised_key (
    spki_sha256 BLOB PRIMARY KEY NOT NULL CHECK (length(spki_sha256) = 32)
) STRICT, WITHOUT ROWID;

-- CRL numbers that were taken: the newest published one and those after it.
CREATE TABLE crl (
    issuer INTEGER NOT NULL REFERENCES issuer (id),
    number INTEGER NOT NULL,
    changes INTEGER NOT NULL, -- issuer.changes when the number was taken: at least so many are in this CRL
    this_update INTEGER,      -- NULL, like all that follow, until it is published
    next_update INTEGER,
    entries INTEGER,
    sha256 BLOB,
    PRIMARY KEY (issuer, number)
) STRICT, WITHOUT ROWID;

-- Each entry's hash covers the one before: audit.h describes the octets.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    command INTEGER NOT NULL REFERENCES word (id),
    actor INTEGER NOT NULL REFERENCES word (id),
    event INTEGER NOT NULL REFERENCES word (id),
    certificate INTEGER REFERENCES certificate (id), -- stands for its serial
    serial BLOB, -- of one that is not in the inventory: a CA's
    detail TEXT,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_certificate ON audit (certificate) WHERE certificate IS NOT NULL;
CREATE INDEX audit_serial ON audit (serial) WHERE serial IS NOT NULL;

-- At most one row: the command that has not yet been told of a publication.
CREATE TABLE pending_hook (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    command TEXT NOT NULL
) STRICT;

CREATE TABLE site_folder (
    folder TEXT PRIMARY KEY NOT NULL,
    site TEXT NOT NULL
) STRICT, WITHOUT ROWID;
