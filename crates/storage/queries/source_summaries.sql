SELECT
    source,
    CAST(SUM(payloads) AS BIGINT) AS payloads,
    CAST(SUM(observations) AS BIGINT) AS observations,
    MAX(last_received_ms) AS last_received_ms,
    CAST(SUM(bytes) AS BIGINT) AS bytes
FROM (
    SELECT
        source,
        COUNT(*) AS payloads,
        0 AS observations,
        MAX(received_ms) AS last_received_ms,
        SUM(byte_count) AS bytes
    FROM payloads
    GROUP BY source
    UNION ALL
    SELECT source, 0, COUNT(*), NULL, 0
    FROM observations
    GROUP BY source
) AS counted
GROUP BY source
ORDER BY source
