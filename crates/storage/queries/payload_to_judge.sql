UPDATE payloads
SET number = number
WHERE number = $1
RETURNING source, state, refused_rows, kept_rows
