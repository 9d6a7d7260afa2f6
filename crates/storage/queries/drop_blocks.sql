DELETE FROM sample_blocks
WHERE (series, first_ms, number) IN (
    SELECT series, first_ms, number
    FROM sample_blocks
    WHERE last_ms < $1
    ORDER BY last_ms
    LIMIT $2
)
