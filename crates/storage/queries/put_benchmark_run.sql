INSERT INTO benchmark_runs (id, started_ms, finished_ms, state, message, report_json, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET
    started_ms = excluded.started_ms,
    finished_ms = excluded.finished_ms,
    state = excluded.state,
    message = excluded.message,
    report_json = excluded.report_json,
    digest = excluded.digest
