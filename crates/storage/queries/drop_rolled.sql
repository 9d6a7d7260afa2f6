DELETE FROM rolled_blocks
WHERE resolution = $1 AND (series, block_ms) IN (
    SELECT series, block_ms
    FROM rolled_blocks
    WHERE resolution = $1 AND block_ms < $2
    ORDER BY block_ms
    LIMIT $3
)
