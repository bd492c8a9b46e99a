-- Answers of OCSP that were signed beforehand, for a responder that has no key: none unless `ocsp presign --rows`
-- makes them, some 850 octets each. A row is given only as long as it says what the rest of the database says, so
-- that who revokes need not know of it.

CREATE TABLE presigned_answer (
    id INTEGER PRIMARY KEY,
    issuer INTEGER NOT NULL REFERENCES issuer (id),
    serial BLOB NOT NULL, -- of a subscriber's certificate, or a CA's
    hash INTEGER NOT NULL CHECK (hash BETWEEN 0 AND 3), -- of the CertID: x509/ocsp/request.h
    next_update INTEGER NOT NULL,
    response BLOB NOT NULL -- a whole OCSPResponse, DER
) STRICT;

CREATE UNIQUE INDEX presigned_answer_serial ON presigned_answer (serial, issuer, hash);
CREATE INDEX presigned_answer_end ON presigned_answer (issuer, hash, next_update);
