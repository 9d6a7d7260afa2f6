SELECT COUNT(*) AS migrations_applied
FROM _sqlx_migrations
WHERE success
