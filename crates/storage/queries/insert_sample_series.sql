INSERT INTO sample_series (number, name, labels, source, first_seen_ms, digest)
VALUES ($1, $2, $3, $4, $5, $6)
