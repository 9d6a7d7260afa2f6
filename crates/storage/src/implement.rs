//! The one implementation of [`crate::Store`], as a macro: the port itself then needs no database driver.

/// Implements [`crate::Store`] for an adapter.
///
/// The adapter is a struct with two `sqlx` pools named `writer` and `reader` (they may be the same pool). It gives the
/// statement that describes its engine (columns `engine` and `bytes`), the statement that begins a writing transaction, and two
/// functions of the database's error codes: which mean "try again later", and which mean that no write gets through at present,
/// what refuses a transaction that was begun to write, what it does before each probe, and what it does when it is closed.
/// It has a third field, `health`, a [`crate::WriteHealth`]. The adapter's crate must have `sqlx` as a dependency; the macro also gives it
/// `store_error(operation)`, which turns a driver's error into a [`crate::StoreError`].
#[macro_export]
macro_rules! implement_store {
    (
        $store:ty,
        $database:ty,
        describe: $describe:expr,
        begin_writing: $begin_writing:literal,
        is_transient: $is_transient:path,
        stops_every_write: $stops_every_write:path,
        guard: $guard:path,
        before_probe: $before_probe:path,
        closed: $closed:path $(,)?
    ) => {
        $crate::implement_write!($store, $database, begin_writing: $begin_writing, stops_every_write: $stops_every_write,
            guard: $guard, before_probe: $before_probe);
        $crate::implement_rows!($database);
        $crate::implement_payload_rows!($database);
        $crate::implement_journal_rows!();

        fn store_error(operation: &'static str) -> impl Fn(sqlx::Error) -> $crate::StoreError {
            use $crate::StoreError::{Conflict, Failed, Unavailable};
            move |error| {
                let database_error = error.as_database_error();
                let contradicts =
                    database_error.is_some_and(|it| it.is_unique_violation() || it.is_foreign_key_violation());
                let transient = match &error {
                    sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed => true,
                    _ => database_error.and_then(|it| it.code()).is_some_and(|code| $is_transient(&code)),
                };
                let source: $crate::Cause = Box::new(error);
                if contradicts {
                    Conflict { operation, source }
                } else if transient {
                    Unavailable { operation, source }
                } else {
                    Failed { operation, source }
                }
            }
        }

        #[$crate::async_trait]
        impl $crate::Store for $store {
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
                write.commit().await.map_err(&failed)?;
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
                    sqlx::query($crate::sql::DROP_BODY)
                        .bind(number)
                        .execute(&mut *write)
                        .await
                        .map_err(&failed)?;
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

            async fn put_benchmark_run(&self, run: &$crate::BenchmarkRun) -> Result<(), $crate::StoreError> {
                $crate::check::benchmark_run(run)?;
                let query = bind_benchmark_run(sqlx::query($crate::sql::PUT_BENCHMARK_RUN), run);
                self.write_one("keep a benchmark run", query).await.map(|_| ())
            }

            async fn benchmark_runs(&self, limit: u32) -> Result<Vec<$crate::BenchmarkRun>, $crate::StoreError> {
                sqlx::query($crate::sql::BENCHMARK_RUNS)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| benchmark_run_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list benchmark runs"))
            }

            async fn benchmark_run(&self, id: &str) -> Result<Option<$crate::BenchmarkRun>, $crate::StoreError> {
                if !$crate::check::is_possible_id(id) {
                    return Ok(None);
                }
                sqlx::query($crate::sql::BENCHMARK_RUN)
                    .bind(id)
                    .try_map(|row: Row| benchmark_run_from(&row))
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read a benchmark run"))
            }

            async fn interrupt_running_benchmarks(
                &self,
                finished_ms: i64,
                message: &str,
            ) -> Result<u64, $crate::StoreError> {
                $crate::check::text("message", message)?;
                let query = sqlx::query($crate::sql::INTERRUPT_RUNNING_BENCHMARKS).bind(finished_ms).bind(message);
                self.write_one("mark benchmark runs as interrupted", query).await
            }

            async fn commit(&self, commit: &$crate::Commit) -> Result<(), $crate::StoreError> {
                $crate::check::commit(commit)?;
                let failed = self.write_failed("keep a decision");
                let mut write = self.begin_write("keep a decision").await?;
                let entries = commit.entries_in_key_order().into_iter();
                let documents = commit.documents_in_key_order().into_iter();
                let messages = commit.messages_in_key_order().into_iter();
                let queries = entries
                    .map(|entry| bind_journal_entry(sqlx::query($crate::sql::INSERT_JOURNAL_ENTRY), entry))
                    .chain(documents.map(|document| bind_document(sqlx::query($crate::sql::PUT_DOCUMENT), document)))
                    .chain(messages.map(|message| bind_message(sqlx::query($crate::sql::INSERT_MESSAGE), message)));
                for query in queries {
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                write.commit().await.map_err(&failed)
            }

            async fn journal(
                &self,
                after_id: Option<&str>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                let after_id = after_id.unwrap_or_default();
                $crate::check::text("after_id", after_id)?;
                sqlx::query($crate::sql::JOURNAL)
                    .bind(after_id)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the journal"))
            }

            async fn journal_of(
                &self,
                stream: &str,
                before_version: Option<i64>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                $crate::check::text("stream", stream)?;
                sqlx::query($crate::sql::JOURNAL_OF)
                    .bind(stream)
                    .bind($crate::sql::latest_version(before_version))
                    .bind(i64::from(limit))
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read a stream of the journal"))
            }

            async fn journal_about(
                &self,
                stream: &str,
                subject: &str,
                before_version: Option<i64>,
                limit: u32,
            ) -> Result<Vec<$crate::JournalEntry>, $crate::StoreError> {
                $crate::check::text("stream", stream)?;
                $crate::check::text("subject", subject)?;
                sqlx::query($crate::sql::JOURNAL_ABOUT)
                    .bind(stream)
                    .bind($crate::sql::latest_version(before_version))
                    .bind(i64::from(limit))
                    .bind(subject)
                    .try_map(|row: Row| journal_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the journal about a subject"))
            }

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

            async fn due_messages(
                &self,
                now_ms: i64,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::DUE_MESSAGES)
                    .bind(now_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for due messages"))
            }

            async fn due_channels(
                &self,
                due: $crate::DueAt,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxChannel>, $crate::StoreError> {
                use sqlx::Row as _;
                sqlx::query($crate::sql::DUE_CHANNELS)
                    .bind(due.now_ms)
                    .bind(due.longest_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| {
                        Ok($crate::OutboxChannel {
                            channel: row.try_get("channel")?,
                            recipient: row.try_get("recipient")?,
                        })
                    })
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for channels with due messages"))
            }

            async fn due_messages_of(
                &self,
                channel: &$crate::OutboxChannel,
                due: $crate::DueAt,
                limit: u32,
            ) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::DUE_MESSAGES_OF)
                    .bind(&channel.channel)
                    .bind(&channel.recipient)
                    .bind(due.now_ms)
                    .bind(due.longest_ms)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("look for due messages of a channel"))
            }

            async fn make_messages_due(&self, now_ms: i64) -> Result<u64, $crate::StoreError> {
                self.write_one("let messages be tried now", sqlx::query($crate::sql::MAKE_MESSAGES_DUE).bind(now_ms)).await
            }

            async fn messages(&self, limit: u32) -> Result<Vec<$crate::OutboxMessage>, $crate::StoreError> {
                sqlx::query($crate::sql::MESSAGES)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| message_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list messages"))
            }

            async fn put_message(&self, message: &$crate::OutboxMessage) -> Result<(), $crate::StoreError> {
                $crate::check::message(message)?;
                let query = bind_message(sqlx::query($crate::sql::PUT_MESSAGE), message);
                self.write_one("keep the delivery of a message", query).await.map(|_| ())
            }

            async fn describe(&self) -> Result<$crate::StoreDescription, $crate::StoreError> {
                use sqlx::Row as _;
                let failed = store_error("describe the database");
                let engine = sqlx::query($describe).fetch_one(&self.reader).await.map_err(&failed)?;
                let migrations =
                    sqlx::query($crate::sql::MIGRATIONS_APPLIED).fetch_one(&self.reader).await.map_err(&failed)?;
                Ok($crate::StoreDescription {
                    engine: engine.try_get("engine").map_err(&failed)?,
                    migrations_applied: migrations.try_get("migrations_applied").map_err(&failed)?,
                    bytes: engine.try_get("bytes").map_err(&failed)?,
                })
            }

            async fn check(&self) -> Result<(), $crate::StoreError> {
                sqlx::query($crate::sql::CHECK).execute(&self.reader).await.map_err(store_error("ask the database"))?;
                Ok(())
            }

            fn write_health(&self) -> &$crate::WriteHealth {
                &self.health
            }

            async fn probe(&self, document: &$crate::Document) -> Result<(), $crate::StoreError> {
                self.write_and_read_back(document).await
            }

            async fn close(&self) {
                self.reader.close().await;
                self.writer.close().await;
                $closed(self).await;
            }
        }
    };
}
