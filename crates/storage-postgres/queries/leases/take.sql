INSERT INTO leases (name, holder, epoch, expires)
VALUES ($1, $2, nextval('lease_epochs'), clock_timestamp() + $3 * INTERVAL '1 millisecond')
ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    epoch = CASE
        WHEN leases.holder = excluded.holder AND leases.expires > clock_timestamp() THEN leases.epoch
        ELSE excluded.epoch
    END,
    expires = excluded.expires
WHERE leases.holder = excluded.holder OR leases.expires <= clock_timestamp()
RETURNING epoch
