-- Several issuing CAs and several roots, one taking over from the other.

-- prepared, active, retiring, retired, gone: see store/issuer/issuers.h.
ALTER TABLE issuer ADD COLUMN state INTEGER NOT NULL DEFAULT 1 CHECK (state BETWEEN 0 AND 4);

-- Certificates for the same key and subject as the one in the issuer's row, by other signers: a root's cross
-- certificate, an issuing CA's by the root before.
CREATE TABLE further_certificate (
    issuer INTEGER NOT NULL REFERENCES issuer (id),
    signer INTEGER NOT NULL REFERENCES issuer (id),
    certificate BLOB NOT NULL,
    PRIMARY KEY (issuer, signer)
) STRICT, WITHOUT ROWID;
