SELECT id, started_ms, finished_ms, state, message, report_json
FROM benchmark_runs
ORDER BY started_ms DESC, id DESC
LIMIT $1
