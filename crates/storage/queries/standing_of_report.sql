SELECT
    id, series, time_ms, value, value_written, unit_written, source, external_id,
    note, evidence, person, origin, payload_id, payload_row, recorded_ms, labels, report, supersedes,
    (SELECT later.recorded_ms FROM observations AS later WHERE later.supersedes = observations.id) AS superseded_ms
FROM observations
WHERE report = $1
  AND id > $2
  AND NOT EXISTS (SELECT 1 FROM observations AS later WHERE later.supersedes = observations.id)
ORDER BY id
LIMIT $3
