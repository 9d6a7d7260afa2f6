//! The one implementation of [`crate::BenchmarkStore`], as a macro, with how its records are bound to statements and read from rows.

/// Implements [`crate::BenchmarkStore`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_benchmark_store {
    ($store:ty) => {
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

        #[$crate::async_trait]
        impl $crate::BenchmarkStore for $store {
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
        }
    };
}
