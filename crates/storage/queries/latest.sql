SELECT
    (SELECT COALESCE(MAX(number), 0) FROM payloads) AS payload,
    (SELECT digest FROM payloads ORDER BY number DESC LIMIT 1) AS payload_digest,
    (SELECT COALESCE(MAX(id), '') FROM observations) AS observation,
    (SELECT digest FROM observations ORDER BY id DESC LIMIT 1) AS observation_digest,
    (SELECT COALESCE(MAX(id), '') FROM journal) AS journal_entry,
    (SELECT digest FROM journal ORDER BY id DESC LIMIT 1) AS journal_digest,
    (SELECT COALESCE(MAX(id), '') FROM outbox) AS message,
    (SELECT COALESCE(MAX(id), '') FROM benchmark_runs) AS benchmark_run,
    (SELECT COALESCE(MAX(number), 0) FROM sample_series) AS series,
    (SELECT COALESCE(MAX(flushed_payload), 0) FROM sample_watermark) AS flushed_payload
