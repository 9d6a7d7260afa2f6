SELECT
    payloads.number, id, received_ms, source, content_type, sha256_hex, byte_count, format,
    context_json, state, reason, refused_rows, kept_rows, body_dropped_ms,
    packing, body
FROM payloads
LEFT JOIN payload_bodies ON payload_bodies.number = payloads.number
WHERE payloads.number > $1
  AND format IN ($3)
ORDER BY payloads.number
LIMIT $2
