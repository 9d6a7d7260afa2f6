SELECT COALESCE(MAX(flushed_payload), 0) AS number
FROM sample_watermark
