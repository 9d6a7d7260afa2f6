SELECT
    payloads.number, id, received_ms, source, content_type, sha256_hex, byte_count, format,
    context_json, state, reason, refused_rows, kept_rows, body_dropped_ms
FROM payloads
WHERE id IN (SELECT payload_id FROM observations WHERE report >= $1 AND report < $2)
ORDER BY id DESC
LIMIT $3
