-- PostgreSQL's own: only there is the table of blocks parted.
SELECT CAST(part.relname AS text)
FROM pg_inherits
JOIN pg_class AS part ON part.oid = pg_inherits.inhrelid
WHERE pg_inherits.inhparent = CAST('sample_blocks' AS regclass)
ORDER BY part.relname
