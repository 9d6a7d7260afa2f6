SELECT number, series, summary
FROM point_segments
WHERE number > $1
ORDER BY number
LIMIT $2
