//! The one implementation of [`crate::SampleStore`], as a macro.

/// Implements [`crate::SampleStore`] for an adapter, beside [`crate::implement_store!`].
///
/// The adapter gives two functions for what databases do differently: `prepare_blocks(&mut Connection, &[i64])` makes room,
/// inside the transaction, for blocks that begin at these times, and `drop_blocks(&Store, before_ms, limit)` deletes old ones.
#[macro_export]
macro_rules! implement_sample_store {
    ($store:ty, prepare_blocks: $prepare_blocks:path, drop_blocks: $drop_blocks:path $(,)?) => {
        $crate::implement_sample_rows!();

        #[$crate::async_trait]
        impl $crate::SampleStore for $store {
            async fn keep_payloads(
                &self,
                payloads: &[$crate::Payload],
                new_series: &[$crate::SampleSeries],
            ) -> Result<(), $crate::StoreError> {
                payloads.iter().try_for_each($crate::check::payload)?;
                new_series.iter().try_for_each($crate::check::sample_series)?;
                let failed = self.write_failed("keep payloads");
                let bodies: Vec<_> = payloads.iter().map(|payload| $crate::packing::pack(&payload.body)).collect();
                let mut write = self.begin_write("keep payloads").await?;
                for (payload, packed) in payloads.iter().zip(&bodies) {
                    insert_payload(&mut write, payload, packed, true).await.map_err(&failed)?;
                }
                for (statement, batch) in $crate::sql::INSERT_SAMPLE_SERIES.batches(new_series) {
                    let query = batch.iter().fold(sqlx::query(statement), bind_sample_series);
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                add_to_sources(&mut write, payloads).await.map_err(&failed)?;
                let added: Vec<_> = payloads.iter().map($crate::LogEntry::of_payload).collect();
                append_to_log(&mut write, &added).await.map_err(&failed)?;
                write.commit().await.map_err(&failed)?;
                self.bell.ring();
                Ok(())
            }

            async fn payloads_after(
                &self,
                after_number: i64,
                formats: &[&str],
                limit: u32,
            ) -> Result<Vec<$crate::Payload>, $crate::StoreError> {
                if formats.is_empty() {
                    return Ok(Vec::new());
                }
                let text = $crate::sql::payloads_after(formats.len());
                let mut query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(after_number).bind(i64::from(limit));
                for format in formats {
                    $crate::check::text("format", format)?;
                    query = query.bind(*format);
                }
                query
                    .try_map(|row: Row| payload_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read payloads again"))
            }

            async fn sample_series(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::SampleSeries>, $crate::StoreError> {
                sqlx::query($crate::sql::SAMPLE_SERIES)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| sample_series_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the series of samples"))
            }

            async fn block_extents(&self, series: i64) -> Result<Vec<$crate::BlockExtent>, $crate::StoreError> {
                sqlx::query($crate::sql::BLOCK_EXTENTS)
                    .bind(series)
                    .try_map(|row: Row| block_extent_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the blocks of a series"))
            }

            async fn block_extents_of(&self, series: &[i64]) -> Result<Vec<$crate::BlockExtent>, $crate::StoreError> {
                let mut found = Vec::new();
                for list in $crate::sql::lists(series) {
                    let text = $crate::sql::block_extents_of(list.len());
                    let query =
                        list.into_iter().fold(sqlx::query(sqlx::AssertSqlSafe(text)), |query, one| query.bind(one));
                    let rows = query.try_map(|row: Row| block_extent_from(&row)).fetch_all(&self.reader).await;
                    found.append(&mut rows.map_err(store_error("list the blocks of several series"))?);
                }
                Ok(found)
            }

            async fn rolled_of(
                &self,
                series: &[i64],
                resolution: i64,
                from_block_ms: i64,
                last_block_ms: i64,
            ) -> Result<Vec<$crate::RolledRow>, $crate::StoreError> {
                let mut found = Vec::new();
                for list in $crate::sql::lists(series) {
                    let text = $crate::sql::rolled_of(list.len());
                    let query = sqlx::query(sqlx::AssertSqlSafe(text));
                    let query = query.bind(resolution).bind(from_block_ms).bind(last_block_ms);
                    let query = list.into_iter().fold(query, |query, one| query.bind(one));
                    let rows = query.try_map(|row: Row| rolled_from(&row)).fetch_all(&self.reader).await;
                    found.append(&mut rows.map_err(store_error("read the rollups of several series"))?);
                }
                Ok(found)
            }

            async fn blocks(
                &self,
                series: i64,
                from_ms: i64,
                last_ms: i64,
            ) -> Result<Vec<$crate::StoredBlock>, $crate::StoreError> {
                sqlx::query($crate::sql::BLOCKS)
                    .bind(series)
                    .bind(from_ms)
                    .bind(last_ms)
                    .try_map(|row: Row| block_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the blocks of a series"))
            }

            async fn rolled(
                &self,
                series: i64,
                resolution: i64,
                from_block_ms: i64,
                last_block_ms: i64,
            ) -> Result<Vec<$crate::RolledRow>, $crate::StoreError> {
                sqlx::query($crate::sql::ROLLED)
                    .bind(series)
                    .bind(resolution)
                    .bind(from_block_ms)
                    .bind(last_block_ms)
                    .try_map(|row: Row| rolled_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the rollups of a series"))
            }

            async fn flush_samples(&self, flush: &$crate::SampleFlush) -> Result<(), $crate::StoreError> {
                let rolled = $crate::check::rolled_in_key_order(&flush.rolled)?;
                let first_times_ms: Vec<i64> = flush.blocks.iter().map(|block| block.extent.key.first_ms).collect();
                let failed = self.write_failed("flush samples");
                let mut write = self.begin_write("flush samples").await?;
                $prepare_blocks(&mut write, &first_times_ms).await.map_err(&failed)?;
                for key in &flush.replaced {
                    sqlx::query($crate::sql::DELETE_BLOCK)
                        .bind(key.series)
                        .bind(key.first_ms)
                        .bind(key.number)
                        .execute(&mut *write)
                        .await
                        .map_err(&failed)?;
                }
                for (statement, batch) in $crate::sql::INSERT_BLOCKS.batches(&flush.blocks) {
                    let query = batch.iter().fold(sqlx::query(statement), bind_block);
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                for (statement, batch) in $crate::sql::PUT_ROLLED.batches(&rolled) {
                    let query = batch.iter().fold(sqlx::query(statement), |query, row| bind_rolled(query, row));
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                sqlx::query($crate::sql::PUT_FLUSHED_PAYLOAD)
                    .bind(flush.flushed_payload)
                    .execute(&mut *write)
                    .await
                    .map_err(&failed)?;
                write.commit().await.map_err(&failed)
            }

            async fn flushed_payload(&self) -> Result<i64, $crate::StoreError> {
                sqlx::query_scalar($crate::sql::FLUSHED_PAYLOAD)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("read what was flushed"))
            }

            async fn latest_block(&self) -> Result<i64, $crate::StoreError> {
                sqlx::query_scalar($crate::sql::LATEST_BLOCK)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("find the latest block"))
            }

            async fn drop_blocks(&self, before_ms: i64, limit: u32) -> Result<u64, $crate::StoreError> {
                $drop_blocks(self, before_ms, limit).await
            }

            async fn drop_rolled(
                &self,
                resolution: i64,
                before_ms: i64,
                limit: u32,
            ) -> Result<u64, $crate::StoreError> {
                let query =
                    sqlx::query($crate::sql::DROP_ROLLED).bind(resolution).bind(before_ms).bind(i64::from(limit));
                self.write_one("delete old rollups", query).await
            }
        }
    };
}
