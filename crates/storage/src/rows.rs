//! How a record is bound to a statement and read from a row, written once for every driver.

/// Defines, for one `sqlx` database, the functions that [`crate::implement_store!`] reads and binds records with.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_rows {
    ($database:ty) => {
        type Row = <$database as sqlx::Database>::Row;
        type Query<'a> = sqlx::query::Query<'a, $database, <$database as sqlx::Database>::Arguments>;

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

        fn labels_from(row: &Row) -> Result<Vec<(String, String)>, sqlx::Error> {
            use sqlx::Row as _;
            $crate::labels::from_json(row.try_get("labels")?)
                .map_err(|source| sqlx::Error::ColumnDecode { index: "labels".to_owned(), source })
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

        fn bind_benchmark_run<'a>(query: Query<'a>, run: &$crate::BenchmarkRun) -> Query<'a> {
            query
                .bind(run.id.as_str())
                .bind(run.started_ms)
                .bind(run.finished_ms)
                .bind(run.state.as_str())
                .bind(run.message.as_deref())
                .bind(run.report_json.as_deref())
                .bind($crate::row_digest::benchmark_run(run))
        }

        fn benchmark_run_from(row: &Row) -> Result<$crate::BenchmarkRun, sqlx::Error> {
            use sqlx::Row as _;
            Ok($crate::BenchmarkRun {
                id: row.try_get("id")?,
                started_ms: row.try_get("started_ms")?,
                finished_ms: row.try_get("finished_ms")?,
                state: row.try_get("state")?,
                message: row.try_get("message")?,
                report_json: row.try_get("report_json")?,
            })
        }
    };
}
