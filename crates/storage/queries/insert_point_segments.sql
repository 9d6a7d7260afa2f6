INSERT INTO point_segments (number, series, summary)
VALUES ($1, $2, $3)
