UPDATE benchmark_runs
SET state = 'interrupted', finished_ms = $1, message = $2, digest = NULL
WHERE state = 'running'
