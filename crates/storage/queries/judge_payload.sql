UPDATE payloads
SET state = $2, reason = $3, refused_rows = $4, kept_rows = $5
WHERE number = $1
