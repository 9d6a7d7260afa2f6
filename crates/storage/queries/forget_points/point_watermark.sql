DELETE FROM point_watermark
