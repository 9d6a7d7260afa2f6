-- PostgreSQL's own. A connection without a transaction that writes has nothing to be ended.
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE application_name = $1 AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
