-- PostgreSQL's own: only there is the table of blocks parted. The lock is that table's and lasts until the transaction ends.
SELECT pg_advisory_xact_lock(CAST(CAST(CAST('sample_blocks' AS regclass) AS oid) AS bigint))
