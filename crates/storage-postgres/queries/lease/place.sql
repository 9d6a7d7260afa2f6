SELECT CAST(oid AS integer) AS place
FROM pg_namespace
WHERE nspname = current_schema()
