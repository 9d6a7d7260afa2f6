SELECT payloads.number, id, sha256_hex, byte_count, body_dropped_ms, packing, body
FROM payloads
LEFT JOIN payload_bodies ON payload_bodies.number = payloads.number
WHERE payloads.number > $1
ORDER BY payloads.number
LIMIT $2
