-- SQLite's own: how a database tells its version and size is not part of SQL.
SELECT
    'SQLite ' || sqlite_version() AS engine,
    page_count.page_count * page_size.page_size AS bytes
FROM pragma_page_count() AS page_count, pragma_page_size() AS page_size
