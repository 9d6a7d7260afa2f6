INSERT INTO rolled_blocks (series, resolution, block_ms, bytes)
VALUES ($1, $2, $3, $4)
ON CONFLICT (series, resolution, block_ms) DO UPDATE SET bytes = excluded.bytes
