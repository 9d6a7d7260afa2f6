SELECT source, payloads, kept_rows, refused_rows, dead, bytes, last_received_ms
FROM sources
ORDER BY source
