SELECT number, name, source, has_samples
FROM point_series
WHERE number > $1
ORDER BY number
LIMIT $2
