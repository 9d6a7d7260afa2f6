SELECT CAST(series AS TEXT) AS id
FROM (SELECT DISTINCT series FROM sample_blocks UNION SELECT DISTINCT series FROM rolled_blocks) AS written
WHERE series NOT IN (SELECT number FROM sample_series)
LIMIT $1
