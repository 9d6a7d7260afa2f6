INSERT INTO journal (id, stream, version, kind, subject, time_ms, person, body, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
