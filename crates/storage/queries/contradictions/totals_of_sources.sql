SELECT COALESCE(sources.source, counted.source) AS id
FROM (
    SELECT
        source,
        COUNT(*) AS payloads,
        SUM(kept_rows) AS kept_rows,
        SUM(refused_rows) AS refused_rows,
        SUM(CASE WHEN state IN ('dead', 'partly') THEN 1 ELSE 0 END) AS dead,
        SUM(byte_count) AS bytes,
        MAX(received_ms) AS last_received_ms
    FROM payloads
    GROUP BY source
) AS counted
FULL JOIN sources ON sources.source = counted.source
WHERE sources.source IS NULL
   OR counted.source IS NULL
   OR sources.payloads <> counted.payloads
   OR sources.kept_rows <> counted.kept_rows
   OR sources.refused_rows <> counted.refused_rows
   OR sources.dead <> counted.dead
   OR sources.bytes <> counted.bytes
   OR sources.last_received_ms <> counted.last_received_ms
LIMIT $1
