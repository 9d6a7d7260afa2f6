SELECT CAST(flushed_payload AS TEXT) AS id
FROM sample_watermark
WHERE flushed_payload < 0 OR flushed_payload > (SELECT COALESCE(MAX(number), 0) FROM payloads)
LIMIT $1
