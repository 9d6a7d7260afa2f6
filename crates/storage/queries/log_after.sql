SELECT number, kind, subject
FROM log
WHERE number > $1
ORDER BY number
LIMIT $2
