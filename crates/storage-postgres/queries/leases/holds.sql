SELECT EXISTS (
    SELECT 1
    FROM leases
    WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires > clock_timestamp()
)
