SELECT
    id, series, time_ms, value, value_written, unit_written, source, external_id,
    note, evidence, person, origin, payload_id, payload_row, recorded_ms, labels
FROM observations
WHERE id = $1
