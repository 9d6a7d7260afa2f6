UPDATE documents
SET body = $2, changed_ms = $3, digest = $4, version = version + 1
WHERE name = $1 AND version = $5
