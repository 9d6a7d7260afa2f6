SELECT series, resolution, block_ms, bytes
FROM rolled_blocks
WHERE series = $1 AND resolution = $2 AND block_ms BETWEEN $3 AND $4
ORDER BY block_ms
