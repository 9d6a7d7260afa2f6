INSERT INTO point_label_sets (number, labels, source)
VALUES ($1, $2, $3)
