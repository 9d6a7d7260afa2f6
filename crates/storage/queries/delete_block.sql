DELETE FROM sample_blocks
WHERE series = $1 AND first_ms = $2 AND number = $3
