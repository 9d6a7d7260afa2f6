SELECT
    (SELECT COUNT(*) FROM payloads WHERE number = $1) AS payloads,
    (SELECT MAX(digest) FROM payloads WHERE number = $1) AS payload_digest,
    (SELECT COUNT(*) FROM observations WHERE id = $2) AS observations,
    (SELECT MAX(digest) FROM observations WHERE id = $2) AS observation_digest,
    (SELECT COUNT(*) FROM journal WHERE id = $3) AS journal_entries,
    (SELECT MAX(digest) FROM journal WHERE id = $3) AS journal_digest
