SELECT observations.id AS id
FROM observations
LEFT JOIN payloads ON payloads.id = observations.payload_id
WHERE payloads.id IS NULL
LIMIT $1
