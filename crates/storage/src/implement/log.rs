//! The one implementation of [`crate::ChangeFeed`], as a macro, with how the log is written.

/// Implements [`crate::ChangeFeed`], a part of [`crate::implement_store!`].
#[doc(hidden)]
#[macro_export]
macro_rules! implement_change_feed {
    ($store:ty, notify: $notify:path, before_listening: $before_listening:path) => {
        /// Numbers what a transaction adds: the last thing before a commit, because all others that add something wait from here on,
        /// so that numbers are committed in their order.
        async fn append_to_log(
            connection: &mut StoreConnection,
            added: &[$crate::LogEntry],
        ) -> Result<(), sqlx::Error> {
            let Ok(count) = i64::try_from(added.len()) else { return Ok(()) };
            if count == 0 {
                return Ok(());
            }
            let latest: i64 =
                sqlx::query_scalar($crate::sql::MOVE_LOG_HEAD).bind(count).fetch_one(&mut *connection).await?;
            let numbered: Vec<(i64, &$crate::LogEntry)> = (latest - count + 1..).zip(added).collect();
            for (statement, batch) in $crate::sql::INSERT_LOG.batches(&numbered) {
                let query = batch.iter().fold(sqlx::query(statement), |query: Query<'_>, (number, entry)| {
                    query.bind(*number).bind(entry.kind.name()).bind(entry.subject.as_str())
                });
                query.execute(&mut *connection).await?;
            }
            $notify(connection, latest).await
        }

        fn log_entry_from(row: &Row) -> Result<$crate::LogEntry, sqlx::Error> {
            use sqlx::Row as _;
            let kind: &str = row.try_get("kind")?;
            let kind = $crate::LogKind::from_name(kind)
                .ok_or_else(|| undecodable("kind", format!("nothing of the kind \"{kind}\" is known").into()))?;
            Ok($crate::LogEntry { number: row.try_get("number")?, kind, subject: row.try_get("subject")? })
        }

        #[$crate::async_trait]
        impl $crate::ChangeFeed for $store {
            async fn latest_number(&self) -> Result<i64, $crate::StoreError> {
                sqlx::query_scalar($crate::sql::LOG_HEAD)
                    .fetch_one(&self.reader)
                    .await
                    .map_err(store_error("find the end of the log"))
            }

            async fn log_after(
                &self,
                after_number: i64,
                limit: u32,
            ) -> Result<Vec<$crate::LogEntry>, $crate::StoreError> {
                sqlx::query($crate::sql::LOG_AFTER)
                    .bind(after_number)
                    .bind(i64::from(limit))
                    .try_map(|row: Row| log_entry_from(&row))
                    .fetch_all(&self.reader)
                    .await
                    .map_err(store_error("read the log"))
            }

            fn listen(&self) -> $crate::bell::Listening {
                $before_listening(self);
                self.bell.listen()
            }
        }
    };
}
