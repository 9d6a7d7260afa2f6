INSERT INTO log_head (only_row, number)
VALUES (1, $1)
ON CONFLICT (only_row) DO UPDATE SET number = log_head.number + excluded.number
RETURNING number
