INSERT INTO sample_watermark (only_row, flushed_payload)
VALUES (1, $1)
ON CONFLICT (only_row) DO UPDATE SET flushed_payload = excluded.flushed_payload
WHERE sample_watermark.flushed_payload < excluded.flushed_payload
