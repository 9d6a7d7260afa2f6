INSERT INTO payload_bodies (number, packing, body)
VALUES ($1, $2, $3)
