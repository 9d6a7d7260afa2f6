SELECT id
FROM payloads
WHERE number < 1 OR byte_count < 0 OR kept_rows < 0 OR refused_rows < 0 OR logged NOT IN (0, 1)
LIMIT $1
