SELECT version, observation_id, origins
FROM point_watermark
