DELETE FROM point_segment_bytes
WHERE number IN ($1)
