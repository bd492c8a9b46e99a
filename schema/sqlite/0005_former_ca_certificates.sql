-- Certificates of CAs that others replaced: clients have them in their chains still, and ask OCSP about them.

CREATE TABLE former_ca_certificate (
    signer INTEGER NOT NULL REFERENCES issuer (id), -- of a root's own certificate the root
    serial BLOB NOT NULL,
    not_after INTEGER NOT NULL,
    PRIMARY KEY (signer, serial)
) STRICT, WITHOUT ROWID;
