INSERT INTO point_watermark (only_row, version, observation_id, origins)
VALUES (1, $1, $2, $3)
ON CONFLICT (only_row) DO UPDATE
SET version = excluded.version, observation_id = excluded.observation_id, origins = excluded.origins
