INSERT INTO point_series (number, name, source, has_samples)
VALUES ($1, $2, $3, $4)
ON CONFLICT (number) DO UPDATE
SET has_samples = excluded.has_samples
