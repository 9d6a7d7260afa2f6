SELECT number, series, first_ms, last_ms, sample_count
FROM sample_blocks
WHERE series = $1
ORDER BY first_ms, number
