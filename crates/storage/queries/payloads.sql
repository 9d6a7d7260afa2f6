SELECT
    payloads.number, id, received_ms, source, content_type, sha256_hex, byte_count, format,
    context_json, state, reason, refused_rows, kept_rows, body_dropped_ms
FROM payloads
WHERE number < $1
ORDER BY number DESC
LIMIT $2
