DELETE FROM point_segments
WHERE number IN ($1)
