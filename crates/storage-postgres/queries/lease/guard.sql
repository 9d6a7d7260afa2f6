SELECT epoch, pg_try_advisory_xact_lock($1, $2) AS was_free
FROM writer
WHERE only_row = 1
FOR SHARE
