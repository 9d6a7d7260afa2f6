SELECT number, series, first_ms, last_ms, sample_count, bytes
FROM sample_blocks
WHERE series = $1 AND first_ms <= $3 AND last_ms >= $2
ORDER BY first_ms, number
