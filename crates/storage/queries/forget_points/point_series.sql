DELETE FROM point_series
