SELECT
    payloads.number, id, received_ms, source, content_type, sha256_hex, byte_count, format,
    context_json, state, reason, refused_rows, kept_rows, body_dropped_ms,
    packing, body
FROM payloads
LEFT JOIN payload_bodies ON payload_bodies.number = payloads.number
WHERE payloads.id IN (SELECT payload_id FROM observations WHERE report = $1)
ORDER BY payloads.id DESC
LIMIT $2
