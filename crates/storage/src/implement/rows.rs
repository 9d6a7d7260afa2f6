//! What all rows and statements have in common.

/// Defines, for one `sqlx` database, its types and how labels are read.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_rows {
    ($database:ty) => {
        type Row = <$database as sqlx::Database>::Row;
        type Query<'a> = sqlx::query::Query<'a, $database, <$database as sqlx::Database>::Arguments>;
        type StoreConnection = <$database as sqlx::Database>::Connection;

        fn labels_from(row: &Row) -> Result<Vec<(String, String)>, sqlx::Error> {
            use sqlx::Row as _;
            $crate::labels::from_json(row.try_get("labels")?)
                .map_err(|source| sqlx::Error::ColumnDecode { index: "labels".to_owned(), source })
        }
    };
}
