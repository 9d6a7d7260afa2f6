UPDATE documents
SET name = $2, digest = NULL
WHERE name = $1
