SELECT COALESCE(MAX(number), 0) AS number
FROM sample_blocks
