INSERT INTO observations (
    id, series, time_ms, value, value_written, unit_written, source, external_id,
    note, evidence, person, origin, payload_id, payload_row, recorded_ms, labels,
    report, supersedes, digest
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (source, external_id) DO NOTHING
RETURNING id
