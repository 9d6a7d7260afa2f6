//! The one implementation of [`crate::Examine`], as a macro.

/// Implements [`crate::Examine`] for an adapter, beside [`crate::implement_store!`] and [`crate::implement_transfer!`].
///
/// The adapter gives the function that says what the database finds wrong with its own files: `(&Store, limit)`.
#[macro_export]
macro_rules! implement_examine {
    ($store:ty, engine_faults: $engine_faults:path $(,)?) => {
        #[$crate::async_trait]
        impl $crate::Examine for $store {
            async fn latest(&self) -> Result<$crate::Latest, $crate::StoreError> {
                use sqlx::Row as _;
                let read = |row: Row| {
                    Ok($crate::Latest {
                        payload: row.try_get("payload")?,
                        payload_digest: row.try_get("payload_digest")?,
                        observation: row.try_get("observation")?,
                        observation_digest: row.try_get("observation_digest")?,
                        journal_entry: row.try_get("journal_entry")?,
                        journal_digest: row.try_get("journal_digest")?,
                        message: row.try_get("message")?,
                        benchmark_run: row.try_get("benchmark_run")?,
                        series: row.try_get("series")?,
                        flushed_payload: row.try_get("flushed_payload")?,
                    })
                };
                sqlx::query($crate::sql::LATEST)
                    .try_map(read)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("find what was written last"))
            }

            async fn held(&self, latest: &$crate::Latest) -> Result<[$crate::Held; 3], $crate::StoreError> {
                use sqlx::Row as _;
                let held = |row: &Row, count: &str, digest: &str| -> Result<$crate::Held, sqlx::Error> {
                    let count: i64 = row.try_get(count)?;
                    let digest: Option<i64> = row.try_get(digest)?;
                    Ok(if count == 0 { $crate::Held::Nothing } else { $crate::Held::Row(digest) })
                };
                let read = |row: Row| {
                    Ok([
                        held(&row, "payloads", "payload_digest")?,
                        held(&row, "observations", "observation_digest")?,
                        held(&row, "journal_entries", "journal_digest")?,
                    ])
                };
                sqlx::query($crate::sql::DIGESTS_OF)
                    .bind(latest.payload)
                    .bind(latest.observation.as_str())
                    .bind(latest.journal_entry.as_str())
                    .try_map(read)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("find what was written last"))
            }

            async fn engine_faults(&self, limit: u32) -> Result<Vec<String>, $crate::StoreError> {
                $engine_faults(self, limit).await.map_err(store_error("let the database look at its files"))
            }

            async fn contradictions(&self, limit: u32) -> Result<Vec<$crate::Contradiction>, $crate::StoreError> {
                let mut found = Vec::new();
                for (table, statement, problem) in $crate::sql::CONTRADICTIONS {
                    let ids: Vec<String> = sqlx::query_scalar(statement)
                        .bind(i64::from(limit))
                        .fetch_all(&self.reader)
                        .await
                        .map_err(store_error("look for contradictions"))?;
                    found.extend(ids.into_iter().map(|id| $crate::Contradiction { table, id, problem }));
                }
                Ok(found)
            }

            async fn stored_bodies(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::StoredBody>, $crate::StoreError> {
                use sqlx::Row as _;
                let read = |row: Row| {
                    let packing: Option<i64> = row.try_get("packing")?;
                    let body: Option<&[u8]> = row.try_get("body")?;
                    Ok($crate::StoredBody {
                        number: row.try_get("number")?,
                        payload_id: row.try_get("id")?,
                        sha256_hex: row.try_get("sha256_hex")?,
                        byte_count: row.try_get("byte_count")?,
                        is_dropped: row.try_get::<Option<i64>, _>("body_dropped_ms")?.is_some(),
                        body: packing.zip(body).map(|(packing, body)| $crate::packing::unpack(packing, body)),
                    })
                };
                sqlx::query($crate::sql::STORED_BODIES)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(read)
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the bodies of payloads"))
            }
        }
    };
}
