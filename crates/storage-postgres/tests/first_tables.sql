-- The observation `o` of the contract's samples, as the first version of the tables kept it, and an earlier payload.
INSERT INTO payloads VALUES ('p', 1700000000000, 'ci', 'application/json', 'ab', 2, '\x7b7d');
INSERT INTO payloads VALUES ('a', 1600000000000, 'ci', 'text/csv', 'cd', 2, '\x7b7d');
INSERT INTO observations VALUES (
    'o', 'build-time', 1700000000000, 312.5, '312.5', 's', 'ci', 'reading of o',
    NULL, NULL, NULL, 'measured', 'p', 0, 1700000000123
);
