SELECT CAST(payload_bodies.number AS TEXT) AS id
FROM payload_bodies
LEFT JOIN payloads ON payloads.number = payload_bodies.number
WHERE payloads.number IS NULL
LIMIT $1
