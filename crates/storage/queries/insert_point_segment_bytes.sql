INSERT INTO point_segment_bytes (number, packing, bytes)
VALUES ($1, $2, $3)
