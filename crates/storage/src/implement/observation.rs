//! The one implementation of [`crate::ObservationStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::ObservationStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_observation_store {
    ($store:ty) => {
        fn bind_observation<'a>(query: Query<'a>, observation: &$crate::Observation) -> Query<'a> {
            query
                .bind(observation.id.as_str())
                .bind(observation.series.as_str())
                .bind(observation.time_ms)
                .bind(observation.value)
                .bind(observation.value_written.as_str())
                .bind(observation.unit_written.as_str())
                .bind(observation.source.as_str())
                .bind(observation.external_id.as_str())
                .bind(observation.note.as_deref())
                .bind(observation.evidence.as_deref())
                .bind(observation.person.as_deref())
                .bind(observation.origin.as_str())
                .bind(observation.payload_id.as_str())
                .bind(observation.payload_row)
                .bind(observation.recorded_ms)
                .bind($crate::labels::to_json(&observation.labels))
                .bind(observation.report.as_deref())
                .bind(observation.supersedes.as_deref())
                .bind($crate::row_digest::observation(observation))
        }

        fn observation_from(row: &Row) -> Result<$crate::Observation, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::Observation {
                id: row.try_get("id")?,
                series: row.try_get("series")?,
                time_ms: row.try_get("time_ms")?,
                value: row.try_get("value")?,
                value_written: row.try_get("value_written")?,
                unit_written: row.try_get("unit_written")?,
                source: row.try_get("source")?,
                external_id: row.try_get("external_id")?,
                note: row.try_get("note")?,
                evidence: row.try_get("evidence")?,
                person: row.try_get("person")?,
                origin: row.try_get("origin")?,
                payload_id: row.try_get("payload_id")?,
                payload_row: row.try_get("payload_row")?,
                recorded_ms: row.try_get("recorded_ms")?,
                labels: labels_from(row)?,
                report: row.try_get("report")?,
                supersedes: row.try_get("supersedes")?,
                superseded_ms: row.try_get("superseded_ms")?,
            })
        }

        fn point_from(row: &Row) -> Result<(String, $crate::Point), sqlx::Error> {
            use sqlx::Row as _;
            let point = $crate::Point {
                series: row.try_get("series")?,
                time_ms: row.try_get("time_ms")?,
                value: row.try_get("value")?,
                source: row.try_get("source")?,
                recorded_ms: row.try_get("recorded_ms")?,
                origin: row.try_get("origin")?,
                labels: labels_from(row)?,
                supersedes: row.try_get("supersedes")?,
                superseded_ms: row.try_get("superseded_ms")?,
            };
            Ok((row.try_get("id")?, point))
        }

        #[$crate::async_trait]
        impl $crate::ObservationStore for $store {
            async fn record(
                &self,
                payload: &$crate::Payload,
                observations: &[$crate::Observation],
            ) -> Result<$crate::Recorded, $crate::StoreError> {
                use sqlx::Row as _;
                $crate::check::payload(payload)?;
                for observation in observations {
                    $crate::check::observation(observation)?;
                }
                let failed = self.write_failed("record observations");
                let packed = $crate::packing::pack(&payload.body);
                let mut write = self.begin_write("record observations").await?;
                insert_payload(&mut write, payload, &packed, observations.is_empty()).await.map_err(&failed)?;
                let mut returned_ids: Vec<String> = Vec::with_capacity(observations.len());
                let ordered = $crate::sql::in_key_order(observations);
                for (statement, batch) in $crate::sql::INSERT_OBSERVATIONS.batches(&ordered) {
                    let query = batch.iter().fold(sqlx::query(statement), |query, row| bind_observation(query, row));
                    for row in query.fetch_all(&mut *write).await.map_err(&failed)? {
                        returned_ids.push(row.try_get("id").map_err(&failed)?);
                    }
                }
                add_to_sources(&mut write, std::slice::from_ref(payload)).await.map_err(&failed)?;
                append_to_log(&mut write, &[$crate::LogEntry::of_payload(payload)]).await.map_err(&failed)?;
                write.commit().await.map_err(&failed)?;
                self.bell.ring();
                Ok($crate::sql::recorded(observations, returned_ids))
            }

            async fn points(
                &self,
                after_id: Option<&str>,
                limit: u32,
            ) -> Result<Vec<(String, $crate::Point)>, $crate::StoreError> {
                let after_id = after_id.unwrap_or_default();
                $crate::check::text("after_id", after_id)?;
                sqlx::query($crate::sql::POINTS)
                    .bind(after_id)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| point_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the series"))
            }

            async fn observations(
                &self,
                query: &$crate::ObservationQuery,
            ) -> Result<Vec<$crate::Observation>, $crate::StoreError> {
                let (before_ms, before_id) = query
                    .before
                    .as_ref()
                    .map_or((i64::MAX, $crate::sql::BEHIND_EVERY_ID), |(time_ms, id)| (*time_ms, id.as_str()));
                $crate::check::text("query.before", before_id)?;
                let statement = if query.series.is_empty() {
                    sqlx::query($crate::sql::OBSERVATIONS)
                } else {
                    let text = $crate::sql::observations_of_series(query.series.len());
                    sqlx::query(sqlx::AssertSqlSafe(text))
                };
                let mut statement = statement
                    .bind(query.from_ms)
                    // The cursor bounds the time too; said so, the index is entered there.
                    .bind(query.until_ms.min(before_ms))
                    .bind(before_ms)
                    .bind(before_id)
                    .bind(i64::from(query.limit));
                for series in &query.series {
                    $crate::check::text("query.series", series)?;
                    statement = statement.bind(series.as_str());
                }
                statement
                    .try_map(|row: Row| observation_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list observations"))
            }

            async fn observation(&self, id: &str) -> Result<Option<$crate::Observation>, $crate::StoreError> {
                if !$crate::check::is_possible_id(id) {
                    return Ok(None);
                }
                sqlx::query($crate::sql::OBSERVATION)
                    .bind(id)
                    .try_map(|row: Row| observation_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read an observation"))
            }

            async fn standing_of_report(
                &self,
                report: &str,
                after_id: &str,
                limit: u32,
            ) -> Result<Vec<$crate::Observation>, $crate::StoreError> {
                $crate::check::text("report", report)?;
                $crate::check::text("after_id", after_id)?;
                sqlx::query($crate::sql::STANDING_OF_REPORT)
                    .bind(report)
                    .bind(after_id)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| observation_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the observations of a report"))
            }
        }
    };
}
