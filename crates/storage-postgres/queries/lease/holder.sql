SELECT
    activity.application_name AS name,
    to_char(activity.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
FROM pg_locks AS locks
LEFT JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
WHERE locks.locktype = 'advisory'
  AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND locks.classid = CAST(CAST($1 AS bigint) AS oid)
  AND locks.objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND locks.objsubid = 2
  AND locks.granted
