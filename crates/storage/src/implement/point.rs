//! The one implementation of [`crate::PointStore`], as a macro.

/// Implements [`crate::PointStore`] for an adapter, beside [`crate::implement_store!`].
#[macro_export]
macro_rules! implement_point_store {
    ($store:ty) => {
        #[$crate::async_trait]
        impl $crate::PointStore for $store {
            async fn point_watermark(&self) -> Result<Option<$crate::PointWatermark>, $crate::StoreError> {
                sqlx::query($crate::sql::POINT_WATERMARK)
                    .try_map(|row: Row| {
                        use sqlx::Row as _;
                        Ok($crate::PointWatermark {
                            version: row.try_get("version")?,
                            observation_id: row.try_get("observation_id")?,
                            origins: row.try_get("origins")?,
                        })
                    })
                    .fetch_optional(&self.reader)
                    .await
                    .map_err(store_error("read which points are settled"))
            }

            async fn point_series(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::PointSeries>, $crate::StoreError> {
                sqlx::query($crate::sql::POINT_SERIES)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| {
                        use sqlx::Row as _;
                        Ok($crate::PointSeries {
                            number: row.try_get("number")?,
                            name: row.try_get("name")?,
                            source: row.try_get("source")?,
                            has_samples: row.try_get::<i64, _>("has_samples")? != 0,
                        })
                    })
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the series of points"))
            }

            async fn point_label_sets(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::PointLabelSet>, $crate::StoreError> {
                sqlx::query($crate::sql::POINT_LABEL_SETS)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| {
                        use sqlx::Row as _;
                        Ok($crate::PointLabelSet {
                            number: row.try_get("number")?,
                            labels: labels_from(&row)?,
                            source: row.try_get("source")?,
                        })
                    })
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the label sets of points"))
            }

            async fn point_segments(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::PointSegment>, $crate::StoreError> {
                sqlx::query($crate::sql::POINT_SEGMENTS)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| {
                        use sqlx::Row as _;
                        Ok($crate::PointSegment {
                            number: row.try_get("number")?,
                            series: row.try_get("series")?,
                            summary: row.try_get("summary")?,
                        })
                    })
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("list the segments of points"))
            }

            async fn point_segment_bytes(&self, numbers: &[i64]) -> Result<Vec<(i64, Vec<u8>)>, $crate::StoreError> {
                let mut found = Vec::with_capacity(numbers.len());
                for list in $crate::sql::lists(numbers) {
                    let text = $crate::sql::point_segment_bytes(list.len());
                    let query =
                        list.into_iter().fold(sqlx::query(sqlx::AssertSqlSafe(text)), |query, one| query.bind(one));
                    let rows: Vec<(i64, i64, Vec<u8>)> = query
                        .try_map(|row: Row| {
                            use sqlx::Row as _;
                            Ok((row.try_get("number")?, row.try_get("packing")?, row.try_get("bytes")?))
                        })
                        .fetch_all(&self.reader)
                        .await
                        .map_err(store_error("read segments of points"))?;
                    for (number, packing, bytes) in rows {
                        let bytes = $crate::packing::unpack(packing, &bytes).map_err(|source| {
                            $crate::StoreError::Failed { operation: "read segments of points", source }
                        })?;
                        found.push((number, bytes));
                    }
                }
                Ok(found)
            }

            async fn settle_points(&self, settled: &$crate::SettledPoints) -> Result<(), $crate::StoreError> {
                $crate::check::settled_points(settled)?;
                let failed = self.write_failed("settle points");
                let packed: Vec<_> = settled
                    .segments
                    .iter()
                    .map(|(segment, bytes)| (segment.number, $crate::packing::pack(bytes)))
                    .collect();
                let mut write = self.begin_write("settle points").await?;
                for (statement, batch) in $crate::sql::PUT_POINT_SERIES.batches(&settled.series) {
                    let query = batch.iter().fold(sqlx::query(statement), |query: Query<'_>, series| {
                        query
                            .bind(series.number)
                            .bind(series.name.as_str())
                            .bind(series.source.as_str())
                            .bind(i64::from(series.has_samples))
                    });
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                for (statement, batch) in $crate::sql::INSERT_POINT_LABEL_SETS.batches(&settled.label_sets) {
                    let query = batch.iter().fold(sqlx::query(statement), |query: Query<'_>, set| {
                        query.bind(set.number).bind($crate::labels::to_json(&set.labels)).bind(set.source.as_str())
                    });
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                for delete in [$crate::sql::delete_point_segments, $crate::sql::delete_point_segment_bytes] {
                    for list in $crate::sql::lists(&settled.replaced) {
                        let text = delete(list.len());
                        let query = sqlx::query(sqlx::AssertSqlSafe(text));
                        let query = list.into_iter().fold(query, |query, one| query.bind(one));
                        query.execute(&mut *write).await.map_err(&failed)?;
                    }
                }
                for (statement, batch) in $crate::sql::INSERT_POINT_SEGMENTS.batches(&settled.segments) {
                    let query = batch.iter().fold(sqlx::query(statement), |query: Query<'_>, (segment, _)| {
                        query.bind(segment.number).bind(segment.series).bind(segment.summary.as_slice())
                    });
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                for (statement, batch) in $crate::sql::INSERT_POINT_SEGMENT_BYTES.batches(&packed) {
                    let query = batch.iter().fold(sqlx::query(statement), |query: Query<'_>, (number, packed)| {
                        query.bind(*number).bind(packed.packing).bind(&*packed.bytes)
                    });
                    query.execute(&mut *write).await.map_err(&failed)?;
                }
                sqlx::query($crate::sql::PUT_POINT_WATERMARK)
                    .bind(settled.watermark.version)
                    .bind(settled.watermark.observation_id.as_str())
                    .bind(settled.watermark.origins)
                    .execute(&mut *write)
                    .await
                    .map_err(&failed)?;
                write.commit().await.map_err(&failed)
            }

            async fn forget_points(&self) -> Result<(), $crate::StoreError> {
                let failed = self.write_failed("forget points");
                let mut write = self.begin_write("forget points").await?;
                for statement in $crate::sql::FORGET_POINTS {
                    sqlx::query(statement).execute(&mut *write).await.map_err(&failed)?;
                }
                write.commit().await.map_err(&failed)
            }
        }
    };
}
