INSERT INTO payloads (id, received_ms, source, content_type, sha256_hex, byte_count, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)
