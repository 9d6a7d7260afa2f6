INSERT INTO sources (source, payloads, kept_rows, refused_rows, dead, bytes, last_received_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (source) DO UPDATE SET
    payloads = sources.payloads + excluded.payloads,
    kept_rows = sources.kept_rows + excluded.kept_rows,
    refused_rows = sources.refused_rows + excluded.refused_rows,
    dead = sources.dead + excluded.dead,
    bytes = sources.bytes + excluded.bytes,
    last_received_ms = CASE
        WHEN sources.last_received_ms < excluded.last_received_ms THEN excluded.last_received_ms
        ELSE sources.last_received_ms
    END
