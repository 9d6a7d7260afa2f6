//! How series and blocks are bound to statements and read from rows, written once for every driver.

/// Defines, beside [`crate::implement_rows!`] and with its `Row` and `Query`, the functions for these records.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_sample_rows {
    () => {
        fn bind_sample_series<'a>(query: Query<'a>, series: &'a $crate::SampleSeries) -> Query<'a> {
            query
                .bind(series.number)
                .bind(series.name.as_str())
                .bind($crate::labels::to_json(&series.labels))
                .bind(series.source.as_str())
                .bind(series.first_seen_ms)
                .bind($crate::row_digest::sample_series(series))
        }

        fn sample_series_from(row: &Row) -> Result<$crate::SampleSeries, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::SampleSeries {
                number: row.try_get("number")?,
                name: row.try_get("name")?,
                labels: labels_from(row)?,
                source: row.try_get("source")?,
                first_seen_ms: row.try_get("first_seen_ms")?,
            })
        }

        fn bind_block<'a>(query: Query<'a>, block: &'a $crate::StoredBlock) -> Query<'a> {
            query
                .bind(block.extent.key.number)
                .bind(block.extent.key.series)
                .bind(block.extent.key.first_ms)
                .bind(block.extent.last_ms)
                .bind(block.extent.count)
                .bind(block.bytes.as_slice())
        }

        fn block_extent_from(row: &Row) -> Result<$crate::BlockExtent, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::BlockExtent {
                key: $crate::BlockKey {
                    series: row.try_get("series")?,
                    first_ms: row.try_get("first_ms")?,
                    number: row.try_get("number")?,
                },
                last_ms: row.try_get("last_ms")?,
                count: row.try_get("sample_count")?,
            })
        }

        fn block_from(row: &Row) -> Result<$crate::StoredBlock, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::StoredBlock { extent: block_extent_from(row)?, bytes: row.try_get("bytes")? })
        }

        fn bind_rolled<'a>(query: Query<'a>, row: &'a $crate::RolledRow) -> Query<'a> {
            query.bind(row.series).bind(row.resolution).bind(row.block_ms).bind(row.bytes.as_slice())
        }

        fn rolled_from(row: &Row) -> Result<$crate::RolledRow, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::RolledRow {
                series: row.try_get("series")?,
                resolution: row.try_get("resolution")?,
                block_ms: row.try_get("block_ms")?,
                bytes: row.try_get("bytes")?,
            })
        }
    };
}
