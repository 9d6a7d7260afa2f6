SELECT number, name, labels, source, first_seen_ms
FROM sample_series
WHERE number > $1
ORDER BY number
LIMIT $2
