SELECT name, body, changed_ms
FROM documents
WHERE name = $1
