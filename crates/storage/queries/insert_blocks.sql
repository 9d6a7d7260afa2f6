INSERT INTO sample_blocks (number, series, first_ms, last_ms, sample_count, bytes)
VALUES ($1, $2, $3, $4, $5, $6)
