SELECT id, received_ms, source, content_type, sha256_hex, byte_count, body
FROM payloads
WHERE id = $1
