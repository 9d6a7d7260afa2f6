SELECT id, started_ms, finished_ms, state, message, report_json
FROM benchmark_runs
WHERE id = $1
