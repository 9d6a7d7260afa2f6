SELECT number, labels, source
FROM point_label_sets
WHERE number > $1
ORDER BY number
LIMIT $2
