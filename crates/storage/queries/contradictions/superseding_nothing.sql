SELECT observations.id AS id
FROM observations
LEFT JOIN observations AS earlier ON earlier.id = observations.supersedes
WHERE observations.supersedes IS NOT NULL AND earlier.id IS NULL
LIMIT $1
