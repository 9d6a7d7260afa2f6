-- PostgreSQL's own. NULL where the server keeps no checksums of pages.
SELECT
    COALESCE(checksum_failures, 0) AS failures,
    to_char(checksum_last_failure AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last
FROM pg_stat_database
WHERE datname = current_database()
