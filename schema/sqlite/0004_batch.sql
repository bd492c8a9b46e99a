-- What a run of `batch` that was cut off has done, until it is done.

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,       -- absolute path of the input; "-" is standard input
    continues INTEGER,          -- the run that was cut off, which this one goes on with
    delivered INTEGER NOT NULL  -- of its own certificates those up to this one have left the program
) STRICT;

-- A row of the input and the certificate that it became, if only a pending one.
CREATE TABLE batch_row (
    batch INTEGER NOT NULL REFERENCES batch (id),
    digest INTEGER NOT NULL,    -- the first 8 octets of a SHA-256 over the row's content
    certificate INTEGER NOT NULL REFERENCES certificate (id),
    PRIMARY KEY (batch, digest)
) STRICT, WITHOUT ROWID;
