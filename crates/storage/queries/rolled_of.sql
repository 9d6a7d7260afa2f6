SELECT series, resolution, block_ms, bytes
FROM rolled_blocks
WHERE resolution = $1 AND block_ms BETWEEN $2 AND $3
  AND series IN ($4)
ORDER BY series, block_ms
