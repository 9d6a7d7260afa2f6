//! The one implementation of [`crate::PayloadStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::PayloadStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_payload_store {
    ($store:ty) => {
        fn undecodable(column: &str, source: $crate::Cause) -> sqlx::Error {
            sqlx::Error::ColumnDecode { index: column.to_owned(), source }
        }

        fn payload_state_from(row: &Row) -> Result<$crate::PayloadState, sqlx::Error> {
            use sqlx::Row as _;
            let name: &str = row.try_get("state")?;
            $crate::PayloadState::from_name(name)
                .ok_or_else(|| undecodable("state", format!("no payload has the state \"{name}\"").into()))
        }

        /// A payload of a list, its body left out.
        fn listed_payload_from(row: &Row) -> Result<$crate::Payload, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::Payload {
                id: row.try_get("id")?,
                received_ms: row.try_get("received_ms")?,
                source: row.try_get("source")?,
                content_type: row.try_get("content_type")?,
                sha256_hex: row.try_get("sha256_hex")?,
                byte_count: row.try_get("byte_count")?,
                body: Vec::new(),
                number: row.try_get("number")?,
                format: row.try_get("format")?,
                context_json: row.try_get("context_json")?,
                state: payload_state_from(row)?,
                reason: row.try_get("reason")?,
                refused_rows: row.try_get("refused_rows")?,
                kept_rows: row.try_get("kept_rows")?,
                body_dropped_ms: row.try_get("body_dropped_ms")?,
            })
        }

        fn payload_from(row: &Row) -> Result<$crate::Payload, sqlx::Error> {
            use sqlx::Row as _;
            let packing: Option<i64> = row.try_get("packing")?;
            let body = match packing {
                Some(packing) => $crate::packing::unpack(packing, row.try_get("body")?)
                    .map_err(|source| undecodable("body", source))?,
                None => Vec::new(),
            };
            Ok($crate::Payload { body, ..listed_payload_from(row)? })
        }

        /// Inserts a payload with its body, packed before, so that no transaction waits for the packing.
        async fn insert_payload(
            connection: &mut StoreConnection,
            payload: &$crate::Payload,
            packed: &$crate::packing::Packed<'_>,
            logged: bool,
        ) -> Result<(), sqlx::Error> {
            sqlx::query($crate::sql::INSERT_PAYLOAD)
                .bind(payload.id.as_str())
                .bind(payload.received_ms)
                .bind(payload.source.as_str())
                .bind(payload.content_type.as_str())
                .bind(payload.sha256_hex.as_str())
                .bind(payload.byte_count)
                .bind(payload.number)
                .bind(payload.format.as_str())
                .bind(payload.context_json.as_str())
                .bind(payload.state.name())
                .bind(payload.reason.as_deref())
                .bind(payload.refused_rows)
                .bind(payload.kept_rows)
                .bind(payload.body_dropped_ms)
                .bind(i64::from(logged))
                .bind($crate::row_digest::payload(payload, logged))
                .execute(&mut *connection)
                .await?;
            if !packed.bytes.is_empty() {
                sqlx::query($crate::sql::INSERT_PAYLOAD_BODY)
                    .bind(payload.number)
                    .bind(packed.packing)
                    .bind(packed.bytes.as_ref())
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        }

        /// Adds to the totals: the last thing before the log, because others who add to the same source wait from here on.
        async fn add_to_sources(
            connection: &mut StoreConnection,
            payloads: &[$crate::Payload],
        ) -> Result<(), sqlx::Error> {
            for (source, added) in $crate::totals::by_source(payloads) {
                sqlx::query($crate::sql::ADD_TO_SOURCE)
                    .bind(source)
                    .bind(added.payloads)
                    .bind(added.kept_rows)
                    .bind(added.refused_rows)
                    .bind(added.dead)
                    .bind(added.bytes)
                    .bind(added.last_received_ms)
                    .execute(&mut *connection)
                    .await?;
            }
            Ok(())
        }

        /// Writes a verdict and corrects the totals of the payload's source.
        async fn write_verdict(
            connection: &mut StoreConnection,
            number: i64,
            verdict: &$crate::PayloadVerdict,
        ) -> Result<(), sqlx::Error> {
            use sqlx::Row as _;
            // An update that changes nothing: it keeps other judges of the payload waiting, on every database.
            let row = sqlx::query($crate::sql::PAYLOAD_TO_JUDGE).bind(number).fetch_one(&mut *connection).await?;
            let before = $crate::totals::Counted {
                state: payload_state_from(&row)?,
                refused_rows: row.try_get("refused_rows")?,
                kept_rows: row.try_get("kept_rows")?,
            };
            sqlx::query($crate::sql::JUDGE_PAYLOAD)
                .bind(number)
                .bind(verdict.state.name())
                .bind(verdict.reason.as_deref())
                .bind(verdict.refused_rows)
                .bind(verdict.kept_rows)
                .execute(&mut *connection)
                .await?;
            let [kept_rows, refused_rows, dead] = before.correction(verdict);
            sqlx::query($crate::sql::CORRECT_SOURCE)
                .bind(row.try_get::<&str, _>("source")?)
                .bind(kept_rows)
                .bind(refused_rows)
                .bind(dead)
                .execute(&mut *connection)
                .await?;
            Ok(())
        }

        fn source_summary_from(row: &Row) -> Result<$crate::SourceSummary, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::SourceSummary {
                source: row.try_get("source")?,
                payloads: row.try_get("payloads")?,
                rows: row.try_get("kept_rows")?,
                refused_rows: row.try_get("refused_rows")?,
                dead: row.try_get("dead")?,
                last_received_ms: row.try_get("last_received_ms")?,
                bytes: row.try_get("bytes")?,
            })
        }

        #[$crate::async_trait]
        impl $crate::PayloadStore for $store {
            async fn payloads_of_reports(
                &self,
                prefix: &str,
                limit: u32,
            ) -> Result<Vec<$crate::Payload>, $crate::StoreError> {
                $crate::check::text("prefix", prefix)?;
                sqlx::query($crate::sql::PAYLOADS_OF_REPORT)
                    .bind(prefix)
                    .bind(format!("{prefix}{}", $crate::sql::BEHIND_EVERY_ID))
                    .bind(i64::from(limit))
                    .try_map(|row: Row| listed_payload_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the payloads of a report"))
            }

            async fn payload(&self, id: &str) -> Result<Option<$crate::Payload>, $crate::StoreError> {
                if !$crate::check::is_possible_id(id) {
                    return Ok(None);
                }
                sqlx::query($crate::sql::PAYLOAD)
                    .bind(id)
                    .try_map(|row: Row| payload_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read a payload"))
            }

            async fn payload_of_number(&self, number: i64) -> Result<Option<$crate::Payload>, $crate::StoreError> {
                sqlx::query($crate::sql::PAYLOAD_OF_NUMBER)
                    .bind(number)
                    .try_map(|row: Row| payload_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read a payload"))
            }

            async fn payloads(&self, query: &$crate::PayloadQuery) -> Result<Vec<$crate::Payload>, $crate::StoreError> {
                let mut statement = sqlx::query(sqlx::AssertSqlSafe($crate::sql::payloads(query)))
                    .bind(query.before_number.unwrap_or(i64::MAX))
                    .bind(i64::from(query.limit));
                if let Some(source) = &query.source {
                    $crate::check::text("query.source", source)?;
                    statement = statement.bind(source.as_str());
                }
                statement
                    .try_map(|row: Row| listed_payload_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list payloads"))
            }

            async fn judge_payload(
                &self,
                number: i64,
                verdict: &$crate::PayloadVerdict,
            ) -> Result<(), $crate::StoreError> {
                $crate::check::verdict(verdict)?;
                let operation = "judge a payload";
                let failed = self.write_failed(operation);
                let mut write = self.begin_write(operation).await?;
                write_verdict(&mut write, number, verdict).await.map_err(|error| match error {
                    sqlx::Error::RowNotFound => $crate::StoreError::Conflict { operation, source: Box::new(error) },
                    other => failed(other),
                })?;
                write.commit().await.map_err(&failed)
            }

            async fn drop_bodies(&self, before_ms: i64, now_ms: i64, limit: u32) -> Result<u64, $crate::StoreError> {
                let failed = self.write_failed("delete the bodies of old payloads");
                let mut write = self.begin_write("delete the bodies of old payloads").await?;
                let numbers: Vec<i64> = sqlx::query_scalar($crate::sql::MARK_BODIES_DROPPED)
                    .bind(before_ms)
                    .bind(now_ms)
                    .bind(i64::from(limit))
                    .fetch_all(&mut *write)
                    .await
                    .map_err(&failed)?;
                for number in &numbers {
                    sqlx::query($crate::sql::DROP_BODY).bind(number).execute(&mut *write).await.map_err(&failed)?;
                }
                write.commit().await.map_err(&failed)?;
                Ok(u64::try_from(numbers.len()).unwrap_or(u64::MAX))
            }

            async fn latest_payload(&self) -> Result<i64, $crate::StoreError> {
                sqlx::query_scalar($crate::sql::LATEST_PAYLOAD)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("find the latest payload"))
            }

            async fn source_summaries(&self) -> Result<Vec<$crate::SourceSummary>, $crate::StoreError> {
                sqlx::query($crate::sql::SOURCE_SUMMARIES)
                    .try_map(|row: Row| source_summary_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("sum up the sources"))
            }
        }
    };
}
