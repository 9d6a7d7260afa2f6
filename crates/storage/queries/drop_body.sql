DELETE FROM payload_bodies
WHERE number = $1
