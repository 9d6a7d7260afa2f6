//! The one implementation of [`crate::DocumentStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::DocumentStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_document_store {
    ($store:ty) => {
        fn bind_document<'a>(query: Query<'a>, document: &$crate::Document) -> Query<'a> {
            query
                .bind(document.name.as_str())
                .bind(document.body_json.as_str())
                .bind(document.changed_ms)
                .bind($crate::row_digest::document(document))
        }

        fn document_from(row: &Row) -> Result<$crate::Document, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::Document {
                name: row.try_get("name")?,
                body_json: row.try_get("body")?,
                changed_ms: row.try_get("changed_ms")?,
            })
        }

        #[$crate::async_trait]
        impl $crate::DocumentStore for $store {
            async fn document(&self, name: &str) -> Result<Option<$crate::Document>, $crate::StoreError> {
                if !$crate::check::is_possible_id(name) {
                    return Ok(None);
                }
                sqlx::query($crate::sql::DOCUMENT)
                    .bind(name)
                    .try_map(|row: Row| document_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read a document"))
            }
        }
    };
}
