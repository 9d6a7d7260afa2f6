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

        fn stored_document_from(row: &Row) -> Result<$crate::StoredDocument, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::StoredDocument { document: document_from(row)?, version: row.try_get("version")? })
        }

        /// The statement that writes a document, if the stored one is of the version that is expected; it writes one row or none.
        fn document_query<'a>(document: &$crate::Document, expected_version: Option<i64>) -> Query<'a> {
            match expected_version {
                None => bind_document(sqlx::query($crate::sql::PUT_DOCUMENT), document),
                Some(0) => bind_document(sqlx::query($crate::sql::INSERT_DOCUMENT), document),
                Some(version) => bind_document(sqlx::query($crate::sql::REPLACE_DOCUMENT), document).bind(version),
            }
        }

        #[$crate::async_trait]
        impl $crate::DocumentStore for $store {
            async fn stored_document(&self, name: &str) -> Result<Option<$crate::StoredDocument>, $crate::StoreError> {
                if !$crate::check::is_possible_id(name) {
                    return Ok(None);
                }
                sqlx::query($crate::sql::DOCUMENT)
                    .bind(name)
                    .try_map(|row: Row| stored_document_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read a document"))
            }

            async fn documents(
                &self,
                after_name: &str,
                limit: u32,
            ) -> Result<Vec<$crate::StoredDocument>, $crate::StoreError> {
                $crate::check::text("after_name", after_name)?;
                sqlx::query($crate::sql::DOCUMENTS)
                    .bind(after_name)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| stored_document_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list documents"))
            }

            async fn put_document_if(
                &self,
                document: &$crate::Document,
                expected_version: i64,
            ) -> Result<Option<i64>, $crate::StoreError> {
                $crate::check::document(document)?;
                let query = document_query(document, Some(expected_version));
                let rows = self.write_one("keep a document", query).await?;
                Ok((rows > 0).then(|| expected_version.saturating_add(1)))
            }

            async fn rename_document(&self, name: &str, new_name: &str) -> Result<bool, $crate::StoreError> {
                $crate::check::name("name", name)?;
                $crate::check::name("new_name", new_name)?;
                let query = sqlx::query($crate::sql::RENAME_DOCUMENT).bind(name.to_owned()).bind(new_name.to_owned());
                Ok(self.write_one("rename a document", query).await? > 0)
            }
        }
    };
}
