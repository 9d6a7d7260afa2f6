UPDATE writer
SET backend = pg_backend_pid()
WHERE only_row = 1 AND epoch = $1
