INSERT INTO log (number, kind, subject)
VALUES ($1, $2, $3)
