INSERT INTO documents (name, body, changed_ms, digest, version)
VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (name) DO NOTHING
