-- PostgreSQL's own: only there is the table of blocks parted.
SELECT to_regclass($1) IS NOT NULL
