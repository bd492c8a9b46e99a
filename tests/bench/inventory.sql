-- @entries more certificates that are revoked, like the one that was revoked last, in a database of `mtlsca init`.
-- No DER and no audit entries: neither a CRL nor a map reads them.
PRAGMA synchronous = OFF;
PRAGMA cache_size = -400000; -- in KiB: random serials otherwise wait for the disk

-- In the order of the indexes, which then grow at their ends.
CREATE TEMPORARY TABLE serial AS
WITH RECURSIVE counter (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counter WHERE number < @entries)
SELECT number, randomblob(16) AS serial FROM counter ORDER BY 2;
-- An integer in DER has no leading zero octet that is not needed, so a serial in the inventory has none.
UPDATE serial SET serial = CAST(X'01' || substr(serial, 2) AS BLOB) WHERE substr(serial, 1, 1) = X'00';

BEGIN;
INSERT INTO certificate (issuer, serial, state, profile, name, subject, not_before, not_after, recorded_at, spki_sha256)
SELECT model.issuer, new.serial, model.state, model.profile, printf('revoked-%07d', new.number),
       printf('CN=revoked-%07d', new.number), model.not_before, model.not_after, model.recorded_at, randomblob(32)
FROM temp.serial AS new, (SELECT * FROM certificate WHERE state = 2 ORDER BY id DESC LIMIT 1) AS model;
INSERT INTO revocation (issuer, serial, not_after, revoked_at, reason)
SELECT model.issuer, new.serial, model.not_after, model.revoked_at, 1 + new.number % 5 -- reasons, RFC 5280 5.3.1
FROM temp.serial AS new, (SELECT * FROM revocation ORDER BY revoked_at DESC LIMIT 1) AS model;
UPDATE issuer SET changes = changes + @entries WHERE issues = 1;
COMMIT;
