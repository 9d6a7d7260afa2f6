DELETE FROM point_segments
