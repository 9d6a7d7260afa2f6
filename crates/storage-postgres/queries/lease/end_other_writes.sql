SELECT pg_terminate_backend(pid)
FROM pg_locks
WHERE relation = CAST('writer' AS regclass)
  AND mode = 'RowShareLock'
  AND pid <> pg_backend_pid()
