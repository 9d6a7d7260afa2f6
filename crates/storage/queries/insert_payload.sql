INSERT INTO payloads (
    id, received_ms, source, content_type, sha256_hex, byte_count, number, format,
    context_json, state, reason, refused_rows, kept_rows, body_dropped_ms, logged,
    digest
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
