-- PostgreSQL's own: how a database tells its version and size is not part of SQL.
SELECT
    'PostgreSQL ' || current_setting('server_version') AS engine,
    pg_database_size(current_database()) AS bytes
