SELECT number, series, first_ms, last_ms, sample_count
FROM sample_blocks
WHERE series IN ($1)
ORDER BY series, first_ms, number
