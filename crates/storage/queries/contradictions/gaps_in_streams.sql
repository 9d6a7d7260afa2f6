SELECT stream AS id
FROM journal
GROUP BY stream
HAVING MIN(version) > 1 OR MAX(version) - MIN(version) + 1 <> COUNT(*)
LIMIT $1
