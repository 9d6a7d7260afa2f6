UPDATE sources
SET kept_rows = kept_rows + $2, refused_rows = refused_rows + $3, dead = dead + $4
WHERE source = $1
