UPDATE writer
SET epoch = epoch + 1,
    who = $1,
    since_ms = CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)
WHERE only_row = 1
RETURNING epoch
