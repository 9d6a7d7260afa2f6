SELECT name, body, changed_ms, version
FROM documents
WHERE name = $1
