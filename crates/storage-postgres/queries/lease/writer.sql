SELECT
    epoch,
    who,
    to_char(to_timestamp(since_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
FROM writer
WHERE only_row = 1
