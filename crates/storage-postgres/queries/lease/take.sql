UPDATE writer
SET epoch = epoch + 1,
    backend = pg_backend_pid(),
    who = $1,
    since_ms = CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)
WHERE only_row = 1
RETURNING epoch
